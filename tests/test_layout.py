"""The structure of the package: what may import what."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / 'stnet_mm'
# Each subpackage or module imports from those before it only.
LAYERS = (
    *('version', 'errors', 'environment', 'upstream_tools', 'utils'),
    *('models', 'datasets', 'engine', 'evaluation', 'calibration'),
    *('converters', 'analysis', 'apis', 'export', 'timeline', 'explain'),
    *('visualization', 'fit', 'compat', 'doctor', '__main__'),
)


def imports_of(path: Path) -> set[str]:
    """Modules of ours that a file imports, also inside of functions."""
    package = path.relative_to(ROOT).with_suffix('').parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            prefix = '.'.join(base) if node.level else ''
            module = '.'.join(filter(None, (prefix, node.module)))
            found.add(module)
            found |= {f'{module}.{alias.name}' for alias in node.names}
    return {name for name in found if name.startswith('stnet_mm')}


def test_files_are_found():
    graph = imports_of(PACKAGE / 'models' / 'stnet.py')
    assert 'stnet_mm.errors.StNetInputError' in graph
    assert 'stnet_mm.models.image_trunk.ImageTrunk' in graph


def test_layers_import_from_lower_layers_only():
    upward = []
    for path in PACKAGE.rglob('*.py'):
        layer = path.relative_to(PACKAGE).parts[0].partition('.')[0]
        if layer == '__init__':
            continue
        for module in imports_of(path):
            other = module.split('.')[1:2] or ['__init__']
            if other[0] in ('__init__', layer) or (
                other[0] not in LAYERS and '.' not in module[9:]
            ):
                continue
            if LAYERS.index(other[0]) > LAYERS.index(layer):
                upward.append(f'{path.relative_to(ROOT)} -> {module}')
    assert upward == []


def test_modules_import_in_no_circle():
    files = {}
    for path in PACKAGE.rglob('*.py'):
        parts = path.relative_to(ROOT).with_suffix('').parts
        name = '.'.join(parts).replace('.__init__', '')
        files[name] = path
    graph = {}
    for name, path in files.items():
        # A module that is imported from its package's own __init__ is below.
        graph[name] = {
            module
            for module in imports_of(path)
            if module in files and not f'{name}.'.startswith(f'{module}.')
        }
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, ' -> '.join((*way, name))
        if name not in done:
            for module in graph[name]:
                visit(module, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    assert done == set(files)


def test_the_runtime_needs_nothing_of_the_package():
    allowed = {'__future__', 'av', 'numpy', 'onnxruntime'}
    allowed |= set(sys.stdlib_module_names)
    for path in (ROOT / 'stnet_runtime').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                assert name.split('.')[0] in allowed, path


@pytest.mark.parametrize(
    'folder', ['stnet_mm', 'stnet_runtime', 'tools', 'configs']
)
def test_nothing_that_is_installed_needs_the_projects(folder):
    for path in (ROOT / folder).rglob('*.py'):
        text = path.read_text(encoding='utf-8')
        for word in ('import projects', 'from projects', 'import tests'):
            assert word not in text, path

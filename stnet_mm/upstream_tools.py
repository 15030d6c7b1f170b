"""MMAction2's own tools: which work with StNet, and what replaces others."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import StNetInputError

# Ours that do the same, by the tools of MMAction2 that fail.
REPLACEMENTS = {
    'analysis_tools/check_videos.py': 'tools/check_videos.py',
    'analysis_tools/confusion_matrix.py': 'tools/test.py ... --report',
    'analysis_tools/get_flops.py': 'tools/get_flops.py',
    'data/resize_videos.py': 'tools/resize_videos.py',
    'deployment/publish_model.py': 'tools/publish_model.py',
    'misc/clip_feature_extraction.py': 'tools/extract_features.py',
    'visualizations/browse_dataset.py': 'tools/browse_dataset.py',
}


def name_replacement() -> None:
    """If this program is one of MMAction2's, say what to use if it fails.

    It can do so only where this package is imported, that is, after the
    program has read a config that imports it.
    """
    program = getattr(sys.modules.get('__main__'), '__file__', None) or ''
    *_, tools, folder, file = ('', '', '', *Path(program).parts)
    if tools != 'tools' or f'{folder}/{file}' not in REPLACEMENTS:
        return
    hook = sys.excepthook

    def show(kind, error, trace) -> None:
        hook(kind, error, trace)
        print(f'error: {_advice(f"{folder}/{file}")}', file=sys.stderr)

    sys.excepthook = show


def run_tool(name: str, args: Sequence[str]) -> None:
    """Run a tool of MMAction2 in this process, with our patches.

    Args:
        name (str): Such as ``'analysis_tools/confusion_matrix'``.
        args (Sequence[str]): Its arguments.

    Raises:
        StNetInputError: If there is no such tool, or it fails and one of
            ours does the same; names that.
        Exception: What another tool raises.
    """
    folder = _find_tools()
    wanted = name if name.endswith('.py') else f'{name}.py'
    if not (folder / wanted).is_file():
        raise StNetInputError(
            f'MMAction2 has no tool {name!r}; choose one of '
            + ', '.join(p.as_posix() for p in _scripts(folder))
        )
    path = str(folder / wanted)
    sys.argv = [path, *args]
    try:
        runpy.run_path(path, run_name='__main__')
    except Exception as error:
        if wanted not in REPLACEMENTS:
            raise
        raise StNetInputError(
            f'{_advice(wanted)} ({type(error).__name__}: {error})'
        ) from error


def _advice(name: str) -> str:
    return (
        f"MMAction2's {name} failed; for configs of StNet use "
        f'`python {REPLACEMENTS[name]}` of stnet_mm'
    )


def find_tools(package: Path) -> Path:
    """The folder of a package's tools, in its wheel or its source.

    Args:
        package (Path): The package's folder.

    Returns:
        Path: The folder.

    Raises:
        StNetInputError: If it came without them.
    """
    for folder in (package / '.mim' / 'tools', package.parent / 'tools'):
        if folder.is_dir():
            return folder.resolve()
    raise StNetInputError(
        f'{package} comes without its tools: install its wheel'
    )


def _find_tools() -> Path:
    spec = importlib.util.find_spec('mmaction')
    assert spec is not None
    (package, *_) = spec.submodule_search_locations or ['']
    return find_tools(Path(package))


def _scripts(folder: Path) -> list[Path]:
    """All but those that prepare data sets, which need no patches."""
    found = (path.relative_to(folder) for path in folder.rglob('*.py'))
    return sorted(path for path in found if path.parts[0] != 'data')

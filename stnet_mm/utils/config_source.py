"""What a config file assigns, uses and inherits from, without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..errors import StNetInputError


@dataclass(frozen=True)
class ConfigSource:
    """A config file that is Python, as text.

    Attributes:
        path (Path): The file.
        text (str): Its content.
        assigned (Mapping[str, ast.expr]): What it assigns to variables at
            its top level, each once and to nothing else.
        read (frozenset[str]): Names that it uses, those of its bases too.
        bases (Sequence[ConfigSource]): The files that it inherits from; not
            those of another package, which MMEngine reads with their scope.
        foreign (Sequence[str]): How it names these others.
    """

    path: Path
    text: str
    assigned: Mapping[str, ast.expr]
    read: frozenset[str]
    bases: Sequence[ConfigSource]
    foreign: Sequence[str]


def read_source(path: Path) -> ConfigSource | None:
    """Read a config file, and those that it inherits from.

    Args:
        path (Path): The file.

    Returns:
        ConfigSource | None: What it says; None for JSON, YAML and configs
        that import their base.

    Raises:
        StNetInputError: If it is not UTF-8 or not Python.
        OSError: If it cannot be read.
    """
    if path.suffix != '.py':
        return None
    try:
        text = path.read_text(encoding='utf-8')
        tree = ast.parse(text)
    except UnicodeDecodeError as error:
        raise StNetInputError(
            f'{path} is not UTF-8 text: save it as UTF-8'
        ) from error
    except SyntaxError as error:
        raise StNetInputError(
            f'{path}, line {error.lineno}: not Python ({error.msg})'
        ) from error
    if Config._is_lazy_import(str(path)):
        return None
    assigned = _assigned(tree)
    named = _base_names(assigned.pop('_base_', None))
    local = [name for name in named if '::' not in name]
    bases = [read_source(path.parent / name) for name in local]
    return ConfigSource(
        path,
        text,
        assigned,
        _read(tree, text),
        [base for base in bases if base is not None],
        [name for name in named if '::' in name],
    )


def literal(node: ast.expr) -> tuple[bool, object]:
    """The value of an expression that is a plain value.

    Args:
        node (ast.expr): The expression.

    Returns:
        tuple[bool, object]: Whether it is one, and the value.
    """
    try:
        return True, ast.literal_eval(node)
    except ValueError:
        return False, None


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    stored = [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and stored.count(node.targets[0].id) == 1
    }


def _read(tree: ast.Module, text: str) -> frozenset[str]:
    names = set(re.findall(r'\{\{\s*_base_\.(\w+)', text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            # _base_.name
            names.add(node.attr)
    return frozenset(names)


def _base_names(node: ast.expr | None) -> list[str]:
    value = None if node is None else literal(node)[1]
    if isinstance(value, (list, tuple)):
        return [*value]
    return [value] if isinstance(value, str) else []

"""Filling in the lines to edit of a config."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..errors import StNetInputError


def fill_in(text: str, settings: Mapping[str, object]) -> str:
    """Set variables of a config, as one would in an editor.

    Args:
        text (str): The config, Python.
        settings (Mapping[str, object]): Plain values by the names of
            variables that the config assigns at its top level.

    Returns:
        str: The config with these values; all else, comments included, is
        as it was.

    Raises:
        StNetInputError: If the config does not assign a variable.
    """
    # Bytes of UTF-8, in which ast counts columns.
    lines = text.encode().splitlines(keepends=True)
    values = {
        node.targets[0].id: node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
    }
    # From the last one on, so that the places of the others stay right.
    for name in sorted(
        settings, key=lambda n: _place_of(n, values), reverse=True
    ):
        value = values[name]
        first, last = value.lineno - 1, (value.end_lineno or 0) - 1
        before = lines[first][: value.col_offset]
        after = lines[last][value.end_col_offset :]
        written = repr(settings[name]).encode()
        lines[first : last + 1] = [before + written + after]
    return b''.join(lines).decode()


def _place_of(name: str, values: Mapping[str, ast.expr]) -> tuple[int, int]:
    if name not in values:
        raise StNetInputError(
            f'the config has no line "{name} = ..." to fill in; it has '
            + ', '.join(values)
        )
    return values[name].lineno, values[name].col_offset

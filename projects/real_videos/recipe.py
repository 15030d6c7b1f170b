"""The recipe for one's own clips, with its lines to edit filled in."""

from __future__ import annotations

from pathlib import Path

from mmengine.config import Config

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.recipe import fill_in

RECIPE = Path('configs', 'own_data', 'stnet_own-data-rgb.py')


def load_recipe(path: Path, lines: dict) -> Config:
    """Write a filled-in copy of the recipe, and load it.

    Args:
        path (Path): The copy.
        lines (dict): Values by the names of variables.

    Returns:
        Config: The config.
    """
    text = RECIPE.read_text(encoding='utf-8')
    write_atomically(path, fill_in(text, lines).encode())
    return Config.fromfile(path)

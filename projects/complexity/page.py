"""The text of complexity.md."""

from __future__ import annotations

from .counting import Builder
from .mmaction2_networks import NETWORKS_TEXT, networks_table
from .paper_baselines import BASELINES_TEXT, baselines_table
from .published import PUBLISHED_TEXT, published_table
from .recipes import RECIPES_TEXT, count_recipes, recipes_table

INTRO = """\
<!-- Written by projects/complexity; do not edit. -->
# What StNet costs

Multiply-adds of convolutions and matrix products in one forward pass (GMACs,
10^9), counted on the real models; elementwise operations, normalization and
pooling are left out. `python -m projects.complexity` counts everything here
again, `python tools/get_flops.py CONFIG` counts one config part by part. A
view is one crop of all segments, or one clip of a 3-D network.
"""


def make_page() -> str:
    """Count everything.

    Returns:
        str: The text of ``complexity.md``.

    Raises:
        StNetInputError: If MMAction2 came without its configs.
    """
    build = Builder()
    recipes = count_recipes(build)
    lines = [
        *(INTRO + RECIPES_TEXT).splitlines(),
        '',
        *recipes_table(recipes),
        *PUBLISHED_TEXT.splitlines(),
        '',
        *published_table(recipes, build),
        *BASELINES_TEXT.splitlines(),
        '',
        *baselines_table(build),
        *NETWORKS_TEXT.splitlines(),
        '',
        *networks_table(build),
    ]
    return '\n'.join(lines) + '\n'

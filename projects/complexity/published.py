"""The part of complexity.md that compares with the paper's figures."""

from __future__ import annotations

from mmengine.config import Config

from stnet_mm.analysis import count_complexity

from .counting import Builder, percent
from .recipes import Recipe

# The paper's multiply-adds in G: trunk and data in the recipes' names, the
# segments, the size if it is known.
PUBLISHED = (
    ('r50', 'kinetics400', 7, 256, 53.0),
    ('irv2', 'kinetics600', 7, None, 123.0),
    ('irv2', 'kinetics600', 25, None, 439.57),
)

PUBLISHED_TEXT = """
## Beside the paper

What is published is the paper's, not ours. Ours is the count of one view.
"""


def published_table(recipes: list[Recipe], build: Builder) -> list[str]:
    """Rows that compare with the paper, and what to make of them."""
    rows = [
        '| network | T | published, not ours | size | ours | difference |',
        '| --- | --: | --: | --- | --: | --: |',
    ]
    far = []
    for trunk, data, segments, size, published in PUBLISHED:
        for recipe in recipes:
            if recipe.trunk.partition('-')[0] != trunk or recipe.data != data:
                continue
            setting = recipe.settings[1]._replace(num_clips=segments)
            if size is not None:
                setting = setting._replace(height=size, width=size)
            model = build(Config.fromfile(recipe.path))
            macs = count_complexity(model, setting).macs
            gap = macs / (published * 1e9) - 1
            pixels = f'{setting.width}x{setting.height}'
            rows.append(
                f'| StNet-{recipe.trunk} | {segments} | {published:g} '
                f'| {pixels} | {macs / 1e9:.2f} | {percent(gap)} |'
            )
            if abs(gap) > 0.02:
                far.append(
                    f'- {recipe.trunk}, T={segments}: published are '
                    f'{published / segments:.2f} G per super-image; at '
                    f'{pixels} ours are {macs / segments / 1e9:.2f} G, '
                    f'{percent(gap)}.'
                )
    if far:
        rows += [
            '',
            'More than 2 % apart:',
            '',
            *far,
            '',
            'The published figures come without the input size and the way '
            'of counting. No',
            'size above gives them, so that size is not resolved.',
        ]
    return rows

"""Write complexity.md: what the recipes cost, beside published figures.

Run it as ``python docs/make_complexity.py``. Every figure of ours in that file
is counted here; the published ones are named in this file or read from
MMAction2's model index.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mmengine.config import Config

from stnet_mm.analysis import (
    Complexity,
    Setting,
    count_complexity,
    setting_of,
)
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.cli import clear_errors

from .baselines import PEERS_TEXT, Builder, giga, peers_table, percent
from .video_networks import COMPETITORS_TEXT, competitors_table

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / 'configs' / 'stnet'
PAGE = ROOT / 'docs' / 'complexity.md'
# The paper's multiply-adds in G: trunk and data in the recipes' names, the
# segments, the size if it is known.
PUBLISHED = (
    ('r50', 'kinetics400', 7, 256, 53.0),
    ('irv2', 'kinetics600', 7, None, 123.0),
    ('irv2', 'kinetics600', 25, None, 439.57),
)

INTRO = """\
<!-- Written by docs/make_complexity.py; do not edit. -->
# What StNet costs

Multiply-adds of convolutions and matrix products in one forward pass (GMACs,
10^9), counted on the real models; elementwise operations, normalisation and
pooling are left out. `python docs/make_complexity.py` counts everything here
again, `python tools/get_flops.py CONFIG` counts one config part by part. A
view is one crop of all segments, or one clip of a 3-D network.
"""
RECIPES_TEXT = """
## The recipes

T segments of N frames. "Temporal" is the share of the temporal modeling blocks
and the temporal Xception block in training.
"""
PUBLISHED_TEXT = """
## Beside the paper

What is published is the paper's, not ours. Ours is the count of one view.
"""


class Recipe(NamedTuple):
    """A config and what its network costs.

    Attributes:
        path (Path): The config.
        trunk (str): The trunk in its name.
        data (str): The data set in its name.
        train (Complexity): Costs in training.
        test (Complexity): Costs in testing.
        tencrop (Complexity): Costs in testing with ten crops.
        settings (tuple[Setting, Setting]): Those of training and testing.
    """

    path: Path
    trunk: str
    data: str
    train: Complexity
    test: Complexity
    tencrop: Complexity
    settings: tuple[Setting, Setting]


def count_recipes(build: Builder) -> list[Recipe]:
    """Count every recipe; of those that cost the same, the first.

    Args:
        build (Builder): What builds the recognizers.

    Returns:
        list[Recipe]: The recipes, by trunk and data set.
    """
    recipes = {}
    for path in sorted(RECIPES.glob('*.py')):
        cfg = Config.fromfile(path)
        pipeline = cfg.test_dataloader.dataset.pipeline
        train = setting_of(cfg.train_dataloader.dataset.pipeline)
        test = setting_of(pipeline, cfg.model.test_cfg)
        # Ten crops are as large as those of the training.
        ten = setting_of(pipeline, dict(crops='ten', crop_size=train.width))
        # Where the weights come from costs nothing.
        cfg.model.backbone.pop('init_cfg', None)
        key = str((cfg.model, train, test))
        if key in recipes:
            continue
        model = build(cfg)
        words = path.stem.split('_')
        recipes[key] = Recipe(
            path,
            words[1].rpartition('pretrained-')[2],
            words[-1].replace('-rgb', '').replace('-split1', ''),
            count_complexity(model, train),
            count_complexity(model, test),
            count_complexity(model, ten),
            (train, test),
        )
    return sorted(recipes.values(), key=lambda r: (r.trunk, r.data))


def recipes_table(recipes: list[Recipe]) -> list[str]:
    """Rows of the recipes."""
    rows = [
        '| trunk | data | training | GMACs | temporal | testing, one view '
        '| GMACs | ten crops | GMACs | parameters |',
        '| --- | --- | --- | --: | --: | --- | --: | --- | --: | --: |',
    ]
    for recipe in recipes:
        train, test = recipe.train, recipe.test
        temporal = sum(
            part.macs for part in train.parts if part.name[:8] == 'temporal'
        )
        size = recipe.tencrop.shape[-1]
        tencrop = f'| {recipe.tencrop.views} x {size}x{size} '
        tencrop += f'| {giga(recipe.tencrop, recipe.tencrop.views)} |'
        rows.append(
            f'| {recipe.trunk} '
            f'| [{recipe.data}](../configs/stnet/{recipe.path.name}) '
            f'| {words(recipe.settings[0])} | {giga(train)} '
            f'| {temporal / train.macs:.1%} '
            f'| {words(recipe.settings[1])} | {giga(test)} '
            f'{tencrop} {train.parameters:,} |'
        )
    return rows


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


def words(setting: Setting) -> str:
    """A setting as text."""
    return (
        f'T={setting.num_clips}, N={setting.clip_len}, '
        f'{setting.width}x{setting.height}'
    )


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
        *COMPETITORS_TEXT.splitlines(),
        '',
        *competitors_table(build),
        *PEERS_TEXT.splitlines(),
        '',
        *peers_table(build),
    ]
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    with clear_errors():
        write_atomically(PAGE, make_page().encode())

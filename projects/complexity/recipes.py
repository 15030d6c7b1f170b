"""The part of complexity.md about our recipes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mmengine.config import Config

from stnet_mm.analysis import (
    Complexity,
    Setting,
    count_complexity,
    setting_of,
)

from .counting import Builder, giga, input_setting

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
RECIPES = ('stnet/*.py', 'own_data/*.py')

RECIPES_TEXT = """
## The recipes

T segments of N frames. "Temporal" is the share of the temporal modeling blocks
and the temporal Xception block in training.
"""


class Recipe(NamedTuple):
    """A config and what its network costs.

    Attributes:
        path (Path): The config.
        trunk (str): The trunk.
        data (str): The data set.
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


def count_recipes(
    build: Builder, files: Sequence[str] = RECIPES
) -> list[Recipe]:
    """Count every recipe; of those that cost the same, the first.

    Args:
        build (Builder): What builds the recognizers.
        files (Sequence[str]): Patterns of files under ``configs``. Defaults
            to all recipes of StNet.

    Returns:
        list[Recipe]: The recipes, by trunk and data set.
    """
    recipes = {}
    for path in sorted(p for f in files for p in CONFIGS.glob(f)):
        cfg = Config.fromfile(path)
        train, test = (input_setting(cfg, s) for s in ('train', 'test'))
        # Configs that only start from other weights are no further recipes.
        cfg.model.backbone.pop('init_cfg', None)
        key = str((cfg.model, train))
        if key in recipes:
            continue
        model = build(cfg)
        recipes[key] = Recipe(
            path,
            *_trunk_and_data(path, cfg),
            count_complexity(model, train),
            count_complexity(model, test),
            count_complexity(model, ten_crops(cfg, train)),
            (train, test),
        )
    return sorted(recipes.values(), key=lambda r: (r.trunk, r.data))


def _trunk_and_data(path: Path, cfg: Config) -> tuple[str, str]:
    """As its name says, such as 'r50' and 'kinetics400'."""
    *start, data = path.stem.split('_')[1:]
    trunk = start[0].rpartition('pretrained-')[2] if start else cfg.network
    return trunk, data.replace('-rgb', '').replace('-split1', '')


def ten_crops(cfg: Config, train: Setting) -> Setting:
    """The setting of testing a recipe with ten crops.

    Args:
        cfg (Config): The recipe.
        train (Setting): Its setting in training, whose size the crops have.

    Returns:
        Setting: The setting.
    """
    return setting_of(
        cfg.test_dataloader.dataset.pipeline,
        dict(crops='ten', crop_size=train.height),
    )


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
        ten, size = recipe.tencrop, recipe.tencrop.shape[-1]
        rows.append(
            f'| {recipe.trunk} '
            f'| [{recipe.data}]'
            f'(../configs/{recipe.path.relative_to(CONFIGS).as_posix()}) '
            f'| {words(recipe.settings[0])} | {giga(train)} '
            f'| {temporal / train.macs:.1%} '
            f'| {words(recipe.settings[1])} | {giga(test)} '
            f'| {ten.views} x {size}x{size} | {giga(ten, ten.views)} '
            f'| {train.parameters:,} |'
        )
    return rows


def words(setting: Setting) -> str:
    """A setting as text."""
    return (
        f'T={setting.num_clips}, N={setting.clip_len}, '
        f'{setting.width}x{setting.height}'
    )

"""docs/complexity.md says what is counted.

Networks that differ in the number of classes alone are counted once.
Otherwise run: python -m projects.complexity
"""

import re
from pathlib import Path

import mmaction
import pytest

from projects.complexity.counting import Builder
from projects.complexity.mmaction2_networks import (
    NETWORKS_TEXT,
    networks_table,
)
from projects.complexity.page import INTRO
from projects.complexity.paper_baselines import (
    BASELINES_TEXT,
    baselines_table,
)
from projects.complexity.published import PUBLISHED_TEXT, published_table
from projects.complexity.recipes import (
    CONFIGS,
    RECIPES_TEXT,
    count_recipes,
    recipes_table,
)
from stnet_mm.errors import StNetInputError

PAGE = (Path(__file__).parents[3] / 'docs' / 'complexity.md').read_text()


@pytest.fixture(scope='module')
def build():
    return Builder()


def missing(rows):
    """Lines that the page should have, and has not."""
    return set(rows) - set(PAGE.splitlines())


def test_recipes(build):
    recipes = count_recipes(build, ['stnet/*_kinetics400-rgb.py'])
    trunks = [recipe.trunk for recipe in recipes]
    lites = ['lite0', 'lite1', 'lite2']
    assert trunks == ['irv2', *lites, 'r101', 'r50', 'se101']
    assert not missing(recipes_table(recipes))
    assert not missing(published_table(recipes, build))


def test_the_recipe_for_videos_of_ones_own(build):
    recipes = count_recipes(build, ['own_data/*.py'])
    names = [(recipe.trunk, recipe.data) for recipe in recipes]
    assert names == [('lite0', 'own-data')]
    assert not missing(recipes_table(recipes))


def test_every_recipe_has_a_row():
    recipes = {('lite0', 'own-data')}
    for path in (CONFIGS / 'stnet').glob('*-rgb.py'):
        trunk, *_, data = path.stem.split('_')[1:]
        data = re.sub(r'(-split\d)?-rgb', '', data)
        recipes.add((trunk.rpartition('pretrained-')[2], data))
    rows = re.findall(
        r'\| (\S+) \| \[([\w-]+)\]\(../configs/(?:stnet|own_data)/', PAGE
    )
    assert len(rows) == len(recipes)
    assert set(rows) == recipes


def test_baselines(build):
    assert not missing(baselines_table(build))


def test_other_networks(build):
    assert not missing(networks_table(build))


def test_texts():
    texts = INTRO, RECIPES_TEXT, PUBLISHED_TEXT, BASELINES_TEXT, NETWORKS_TEXT
    assert all(text in PAGE for text in texts)


def test_without_configs_of_mmaction2(monkeypatch, tmp_path):
    monkeypatch.setattr(mmaction, '__path__', [str(tmp_path)])
    with pytest.raises(StNetInputError, match="install MMAction2's wheel"):
        networks_table(Builder())

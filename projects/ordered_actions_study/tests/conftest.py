"""A small data set of the study."""

from pathlib import Path

import pytest

from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.transfer import other_actions
from stnet_mm.datasets.ordered_actions import make_dataset

CONFIGS = Path(__file__).parents[1] / 'configs'
SMOKE = SCALES['smoke']


@pytest.fixture(scope='session')
def other_data(tmp_path_factory):
    """The other actions to fine-tune on, at the smallest scale."""
    folder = tmp_path_factory.mktemp('other')
    make_dataset(folder, other_actions(SMOKE), progress=False)
    return folder


@pytest.fixture(scope='session')
def easy_data(tmp_path_factory):
    """Level 1 at the smallest scale."""
    folder = tmp_path_factory.mktemp('level1')
    make_dataset(folder, SMOKE.settings(1), progress=False)
    return folder

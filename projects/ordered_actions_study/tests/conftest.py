"""A small data set of the study."""

from pathlib import Path

import pytest

from projects.ordered_actions_study import SCALES
from stnet_mm.datasets.ordered_actions import make_dataset

CONFIGS = Path(__file__).parents[1] / 'configs'
SMOKE = SCALES['smoke']


@pytest.fixture(scope='session')
def easy_data(tmp_path_factory):
    """Level 1 at the smallest scale."""
    folder = tmp_path_factory.mktemp('level1')
    make_dataset(folder, SMOKE.settings(1), progress=False)
    return folder

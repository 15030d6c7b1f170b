import pytest
import torch

from stnet_mm.models.crops import Crop
from stnet_mm.models.views import View, views_per_chunk

# 25 segments of 5 frames of 224x224: 18.8 million values.
VIEWS = [View(0, 0, 125, Crop(0, 0, 224, 224))]
CPU, GPU = torch.device('cpu'), torch.device('cuda')


@pytest.fixture
def free(monkeypatch):
    """Says how much of a GPU's memory is free."""

    def set_free(free, reserved=0, allocated=0):
        cuda = torch.cuda
        monkeypatch.setattr(cuda, 'mem_get_info', lambda _: (free, 2 * free))
        monkeypatch.setattr(cuda, 'memory_reserved', lambda _: reserved)
        monkeypatch.setattr(cuda, 'memory_allocated', lambda _: allocated)

    return set_free


def test_a_cpu_takes_one_long_view_or_several_short_ones():
    assert views_per_chunk(VIEWS, {}, CPU) == 1
    short = [View(0, 0, 35, Crop(0, 0, 112, 112))]
    assert views_per_chunk(short, {}, CPU) == 2**25 // (3 * 35 * 112**2)
    large = [View(0, 0, 250, Crop(0, 0, 512, 512))]
    assert views_per_chunk([*VIEWS, *large], {}, CPU) == 1


def test_a_gpu_takes_what_it_has_room_for(free):
    free(80 * 2**30)
    assert views_per_chunk(VIEWS, {}, GPU) == 14
    # 40 bytes for each value
    free(4 * 2**30)
    assert views_per_chunk(VIEWS, {}, GPU) == 5
    free(2**30, reserved=4 * 2**30, allocated=2**30)
    assert views_per_chunk(VIEWS, {}, GPU) == 5
    free(2**20)
    assert views_per_chunk(VIEWS, {}, GPU) == 1


def test_a_config_says_it_itself(free):
    free(2**20)
    assert views_per_chunk(VIEWS, dict(views_per_chunk=7), GPU) == 7

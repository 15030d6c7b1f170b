import pytest
import torch
from mmaction.registry import (
    DATASETS,
    HOOKS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    TRANSFORMS,
)
from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.utils.config_errors import explain_config_error
from stnet_mm.utils.error_lines import clear_errors
from stnet_mm.utils.runner import build_runner


@pytest.mark.parametrize(
    ('registry', 'name', 'meant'),
    [
        (TRANSFORMS, 'RandomCrp', 'RandomCrop'),
        (TRANSFORMS, 'mmaction.StNetVideoDecod', 'StNetVideoDecode'),
        (DATASETS, 'StNetVideoDatset', 'StNetVideoDataset'),
        (MODELS, 'TXBHed', 'TXBHead'),
        (HOOKS, 'StNetChekpointHook', 'StNetCheckpointHook'),
        (METRICS, 'AccMetricc', 'AccMetric'),
        (LOOPS, 'StNetEpochBasedTrainLop', 'StNetEpochBasedTrainLoop'),
        (PARAM_SCHEDULERS, 'MultiStepRL', 'MultiStepLR'),
    ],
)
def test_names_that_there_are_not(registry, name, meant):
    with pytest.raises(SystemExit) as stop, clear_errors():
        registry.build(dict(type=name))
    (line,) = str(stop.value).splitlines()
    assert f'{name}, which there is not: did you mean {meant}' in line


def test_an_optimizer_that_there_is_not():
    cfg = Config(dict(optim_wrapper=dict(optimizer=dict(type='SDG', lr=1.0))))
    with pytest.raises(SystemExit, match='SDG.*mean.*SGD'), clear_errors():
        build_runner(cfg)


def test_values_of_other_types():
    weights = [torch.zeros(1, requires_grad=True)]
    rate = dict(type='SGD', params=weights, lr='abc')
    with pytest.raises(SystemExit, match="SGD.*lr='abc'"), clear_errors():
        OPTIMIZERS.build(rate)
    optimizer = torch.optim.SGD(weights, lr=1.0)
    steps = dict(type='MultiStepLR', optimizer=optimizer, milestones=15)
    with pytest.raises(
        SystemExit, match=r'MultiStepLR\(milestones=15\): .*int'
    ), clear_errors():
        PARAM_SCHEDULERS.build(steps)


@pytest.mark.parametrize('size', ['four', 0])
def test_loaders_that_cannot_be(size):
    loader = dict(
        batch_size=size,
        dataset=[1, 2, 3],
        sampler=dict(type='DefaultSampler', shuffle=False),
    )
    with pytest.raises(
        SystemExit, match='does not fit: a data loader.*batch_size'
    ), clear_errors():
        Runner.build_dataloader(loader)


def test_other_errors():
    for error in (KeyError(), KeyError('a'), ValueError('b'), OSError('c')):
        with pytest.raises(type(error)) as raised:
            raise error
        assert explain_config_error(raised.value) is None

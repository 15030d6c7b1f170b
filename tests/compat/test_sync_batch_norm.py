"""BatchNorm over processes is that of the whole batch."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.runner import runner
from torch import nn

from stnet_mm.errors import StNetInputError

from .normalize_apart import learn, network, whole_batch

ROOT = Path(__file__).parents[2]


def test_two_processes_normalize_as_one(tmp_path):
    subprocess.run(
        [
            *(sys.executable, '-m', 'torch.distributed.run', '--standalone'),
            *('--nproc_per_node=2', '-m', 'tests.compat.normalize_apart'),
            str(tmp_path),
        ],
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    found = [torch.load(tmp_path / f'{rank}.pth') for rank in range(2)]
    expected = learn(network(), whole_batch())
    torch.testing.assert_close(
        torch.cat([one['outputs'] for one in found]), expected.pop('outputs')
    )
    for name, gradient in expected.pop('gradients').items():
        total = sum(one['gradients'][name] for one in found)
        torch.testing.assert_close(total, gradient)
    for one in found:
        for name, value in expected.items():
            torch.testing.assert_close(one[name], value)


def test_activations_of_timm_are_kept():
    timm = pytest.importorskip('timm')
    model = timm.create_model('tf_efficientnet_lite0').eval()
    images = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        expected = model(images)
        for part in ('mmcv', 'other'):
            with pytest.raises(StNetInputError, match='BatchNormAct2d'):
                runner.convert_sync_batchnorm(model, part)
        converted = runner.convert_sync_batchnorm(model, 'torch')
        assert torch.equal(converted.eval()(images), expected)
    norms = [m for m in converted.modules() if 'BatchNorm' in str(type(m))]
    assert norms
    assert all(isinstance(m, nn.SyncBatchNorm) for m in norms)

"""The authors' checkpoints through the tool, as their users go."""

import shlex

import numpy as np
import pytest
import torch

from stnet_mm.converters.names import network_entries
from stnet_mm.models import StNet

from ..converters.layouts import write_archive, write_directory
from ..videos import write_video
from .conftest import fail_tool, run_tool
from .processes import ROOT


def random_arrays(num_frames=5, num_classes=400, image_network=False):
    """Weights of the authors' ResNet-50 that keep values in bounds."""
    rng = np.random.default_rng(0)
    arrays = {}
    for entry in network_entries(50, image_network):
        shape = list(entry.shape)
        if entry.theirs == 'conv1_weights':
            shape[1] = 3 * num_frames
        elif entry.theirs.startswith('fc_0'):
            shape[-1] = num_classes
        array = rng.standard_normal(shape, dtype=np.float32)
        if len(shape) > 1:
            array /= np.sqrt(np.prod(shape[1:]))
        arrays[entry.theirs] = np.abs(array) if len(shape) == 1 else array
    return arrays


def test_convert_and_test(tmp_path):
    source = write_archive(tmp_path / 'stnet.tar.gz', random_arrays())
    out = run_tool('convert_weights', source, 'r50.pth', cwd=tmp_path)
    assert 'compressed archive of LoDTensors' in out
    assert 'StNet-ResNet50, 5 frames a segment, 400 classes' in out
    assert torch.load(tmp_path / 'r50.pth', weights_only=True)

    # The command that it prints, on a short video.
    write_video(tmp_path / 'video.mp4', frames=60, size=96)
    (tmp_path / 'list.txt').write_text('video.mp4 3\n')
    command = out.splitlines()[-1].partition('python tools/test.py ')[2]
    config, checkpoint, *options = shlex.split(command)
    dataset = 'test_dataloader.dataset'
    out = run_tool(
        *('test', ROOT / config, checkpoint, *options),
        *(f'{dataset}.ann_file=list.txt', f'{dataset}.data_prefix.video=.'),
        *(
            'test_dataloader.num_workers=0',
            f'{dataset}.pipeline.2.short_side=64',
        ),
        *('test_dataloader.persistent_workers=False',),
        'model.test_cfg.crop_size=64',
        cwd=tmp_path,
    )
    assert 'acc/top5' in out


def test_printed_command_fits_the_weights(tmp_path):
    arrays = random_arrays(num_frames=3, num_classes=7)
    source = write_directory(tmp_path / 'weights', arrays)
    out = run_tool(
        *('convert_weights', source, 'out.pth', '--num-segments', 7),
        *('--depth', 50),
        cwd=tmp_path,
    )
    options = out.splitlines()[-1].partition('--cfg-options ')[2].split()
    assert options == [
        'test_dataloader.dataset.pipeline.2.keep_ratio=False',
        'model.cls_head.num_classes=7',
        'model.backbone.num_frames=3',
        'test_dataloader.dataset.pipeline.1.clip_len=3',
        'test_dataloader.dataset.pipeline.1.num_clips=7',
    ]


def test_image_network(tmp_path):
    arrays = random_arrays(1, 1000, image_network=True)
    write_directory(tmp_path / 'ResNet50_pretrained', arrays)
    out = run_tool(
        'convert_weights', 'ResNet50_pretrained', 'image.pth', cwd=tmp_path
    )
    assert 'ResNet-50 for images' in out
    assert "type='Pretrained', checkpoint='image.pth'" in out
    stnet = StNet(
        dict(type='ResNet', depth=50),
        init_cfg=dict(
            type='Pretrained', checkpoint=str(tmp_path / 'image.pth')
        ),
    )
    stnet.init_weights()
    mean = arrays['conv1_weights'].mean(axis=1) / 5
    ours = stnet.conv1.conv.weight.detach().numpy()
    assert np.allclose(ours[:, 14], mean, atol=1e-7)
    ours = stnet.layer4[2].conv3.bn.running_var.numpy()
    assert np.array_equal(ours, arrays['bn5c_branch2c_variance'])


@pytest.mark.parametrize('content', [b'<html></html>', b'\x80\x02cos\n'])
def test_wrong_sources(tmp_path, content):
    (tmp_path / 'source').write_bytes(content)
    (tmp_path / 'out.pth').write_bytes(b'precious')
    error = fail_tool('convert_weights', 'source', 'out.pth', cwd=tmp_path)
    assert 'source' in error
    assert (tmp_path / 'out.pth').read_bytes() == b'precious'
    assert len(list(tmp_path.iterdir())) == 2


def test_out_that_cannot_be_written(tmp_path):
    arrays = random_arrays(1, 3, image_network=True)
    write_directory(tmp_path / 'weights', arrays)
    error = fail_tool('convert_weights', 'weights', '.', cwd=tmp_path)
    assert 'is a directory' in error
    assert len(list(tmp_path.iterdir())) == 1


def test_missing_source(tmp_path):
    error = fail_tool('convert_weights', 'nowhere', 'out.pth', cwd=tmp_path)
    assert 'nowhere' in error
    assert not list(tmp_path.iterdir())

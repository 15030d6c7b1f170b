"""What a data set delivers, beside what its videos hold."""

import copy
from collections import Counter

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.runner import set_random_seed

from stnet_mm.datasets.browsing import (
    build_dataset,
    count_labels,
    deliver,
    find_steps,
)
from stnet_mm.errors import StNetInputError

from ..streams import texture
from ..videos import write_images, write_video

STNET = dict(type='StNetSampleFrames', clip_len=3, num_clips=4)
END = [
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """Four gray videos, in which frame i has brightness 5 * i, and a list."""
    folder = tmp_path_factory.mktemp('data')
    lines = []
    for i in range(4):
        write_video(folder / f'{i}.mp4', 40 + i, size=(48, 32))
        lines.append(f'{i}.mp4 {i % 2}\n')
    (folder / 'list.txt').write_text(''.join(lines))
    return folder


def config(root, *steps, split='train', **dataset):
    """A config with one data set."""
    pipeline = [
        dict(type='StNetVideoInit'),
        steps[0],
        dict(type='StNetVideoDecode'),
        *steps[1:],
    ]
    dataset = {
        'type': 'StNetVideoDataset',
        'ann_file': str(root / 'list.txt'),
        'data_prefix': dict(video=str(root)),
        'pipeline': pipeline,
        **dataset,
    }
    return Config({f'{split}_dataloader': dict(dataset=dataset)})


def check_numbers(delivery):
    """Frame i is as bright as it was written."""
    brightness = delivery.frames.mean(axis=(2, 3, 4))
    assert np.abs(brightness - 5 * delivery.numbers).max() < 4


def test_super_images_are_those_of_the_pipeline(tmp_path):
    write_images(tmp_path / 'a.mp4', texture())
    (tmp_path / 'list.txt').write_text('a.mp4 0\n')
    crop, flip = dict(type='RandomCrop', size=32), dict(type='Flip')
    cfg = config(tmp_path, STNET, crop, flip, *END)
    before = copy.deepcopy(cfg.to_dict())
    dataset = build_dataset(cfg, 'train')
    assert cfg.to_dict() == before
    pipeline = Compose(cfg.train_dataloader.dataset.pipeline)
    flips, numbers = [], []
    for seed in range(8):
        delivery = deliver(dataset, 0, seed)
        set_random_seed(seed)
        expected = pipeline(dataset.get_data_info(0))['inputs']
        assert expected.shape == (12, 3, 32, 32)
        # [12, 3, 32, 32] -> [4, 3, 32, 32, 3]
        expected = expected.reshape(4, 3, 3, 32, 32).permute(0, 1, 3, 4, 2)
        assert np.array_equal(delivery.frames, expected.numpy())
        assert delivery.numbers.shape == (4, 3)
        assert (np.diff(delivery.numbers) == 1).all()
        flips.append(delivery.mirrored)
        numbers.append(delivery.numbers.tobytes())
    assert {*flips} == {True, False}
    assert len({*numbers}) > 4


def test_mirrored_is_what_is_mirrored(tmp_path):
    write_images(tmp_path / 'a.mp4', texture())
    (tmp_path / 'list.txt').write_text('a.mp4 0\n')
    found = {}
    for ratio in (0, 1):
        flip = dict(type='Flip', flip_ratio=ratio)
        cfg = config(tmp_path, STNET, flip, *END)
        found[ratio] = deliver(build_dataset(cfg, 'train'), 0, 0)
    assert [found[ratio].mirrored for ratio in (0, 1)] == [False, True]
    assert np.array_equal(found[0].frames[..., ::-1, :], found[1].frames)


def test_files_labels_and_numbers(root):
    dataset = build_dataset(config(root, STNET, *END), 'train')
    for i in range(4):
        delivery = deliver(dataset, i, seed=1)
        assert delivery.file == str(root / f'{i}.mp4')
        assert delivery.labels == [i % 2]
        assert not delivery.mirrored
        check_numbers(delivery)
    assert count_labels(dataset) == {0: 2, 1: 2}


@pytest.mark.parametrize('layout', ['NCHW', 'NCTHW'])
def test_clips_and_crops(root, layout):
    """Crops follow each other, each with all clips."""
    sample = dict(
        type='SampleFrames',
        clip_len=5,
        frame_interval=2,
        num_clips=2,
        test_mode=True,
    )
    crop = dict(type='ThreeCrop', crop_size=32)
    end = [dict(type='FormatShape', input_format=layout), END[1]]
    cfg = config(root, sample, crop, *end, split='test', test_mode=True)
    delivery = deliver(build_dataset(cfg, 'test'), 0, 0)
    assert delivery.frames.shape == (6, 5, 32, 32, 3)
    assert delivery.numbers.shape == (6, 5)
    assert (delivery.numbers[:2] == delivery.numbers[2:4]).all()
    assert (np.diff(delivery.numbers) == 2).all()
    assert delivery.numbers[0, 0] != delivery.numbers[1, 0]
    check_numbers(delivery)


def test_joined_clips(root):
    end = [dict(type='FormatShape', input_format='NCTHW'), END[1]]
    cfg = config(root, STNET, dict(type='StNetJoinClips'), *end)
    delivery = deliver(build_dataset(cfg, 'train'), 0, 0)
    assert delivery.frames.shape == (1, 12, 32, 48, 3)
    check_numbers(delivery)


def test_data_sets_inside_of_others(root):
    inner = config(root, STNET, *END).train_dataloader.dataset
    cfg = Config(
        dict(
            train_dataloader=dict(
                dataset=dict(type='RepeatDataset', times=3, dataset=inner)
            )
        )
    )
    dataset = build_dataset(cfg, 'train')
    assert len(dataset) == 12
    assert count_labels(dataset) == {0: 6, 1: 6}
    check_numbers(deliver(dataset, 11, 0))
    (step,) = find_steps(cfg.train_dataloader, 'StNetSampleFrames')
    assert step.clip_len == 3


def test_several_labels_or_none(root, tmp_path):
    several, none = tmp_path / 'several.txt', tmp_path / 'none.txt'
    several.write_text('0.mp4 0 2\n1.mp4 2\n')
    none.write_text('0.mp4\n1.mp4\n')
    for settings, expected, counts in (
        (
            dict(ann_file=str(several), multi_class=True, num_classes=4),
            [[0, 2], [2]],
            {0: 1, 2: 2},
        ),
        (dict(ann_file=str(none), test_mode=True), [[], []], {None: 2}),
    ):
        cfg = config(root, STNET, *END, **settings)
        dataset = build_dataset(cfg, 'train')
        labels = [deliver(dataset, i, 0).labels for i in range(2)]
        assert labels == expected
        assert count_labels(dataset) == Counter(counts)


def test_what_cannot_be_shown(root, tmp_path):
    (tmp_path / 'list.txt').write_text('')
    cfg = config(root, STNET, *END)
    for wrong, message in (
        (Config(), 'no train_dataloader: choose another split'),
        (config(root, STNET), 'no PackActionInputs'),
        (config(tmp_path, STNET, *END), 'the annotation file is empty'),
        (config(tmp_path / 'no', STNET, *END), 'no such annotation file'),
        (
            config(
                *(tmp_path, STNET, *END),
                type='VideoDataset',
                serialize_data=False,
            ),
            'train_dataloader is empty: fill .*list.txt',
        ),
    ):
        with pytest.raises(StNetInputError, match=message):
            build_dataset(wrong, 'train')

    class Normalized(torch.nn.Module):
        def forward(self, results):
            return {**results, 'imgs': results['imgs'].astype(np.float32)}

    cfg = config(root, STNET, END[0], Normalized(), END[1])
    with pytest.raises(StNetInputError, match='0.mp4: .* as bytes'):
        deliver(build_dataset(cfg, 'train'), 0, 0)
    (tmp_path / 'list.txt').write_text('text.mp4 0\n')
    (tmp_path / 'text.mp4').write_text('no video')
    dataset = build_dataset(config(tmp_path, STNET, *END), 'train')
    with pytest.raises(StNetInputError, match='text.mp4'):
        deliver(dataset, 0, 0)

"""Folders of frames as tools and people leave them."""

import os
import re

import cv2
import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from mmengine.logging import MMLogger

from stnet_mm.datasets.transforms.folder_reading import read_frame
from stnet_mm.datasets.transforms.frame_folder import list_frames
from stnet_mm.errors import StNetInputError

from ...videos import write_video


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def log(caplog):
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def fill(folder, *names):
    for name in names:
        (folder / name).write_bytes(b'image')


def names_of(folder, **kwargs):
    return [
        path[len(str(folder)) + 1 :] for path in list_frames(folder, **kwargs)
    ]


@pytest.mark.parametrize(
    'name',
    [
        'frame{}.png',
        'img_{:05}.jpg',
        '{}.JPEG',
        'image-{:04}.webp',
        'take2_{}_left.bmp',
        'v_Archery_g01_c02_{}.jpg',
        '{}.png',
        '1305031102.{:06}.png',
    ],
)
@pytest.mark.parametrize('start', [0, 1, 995])
def test_order_of_numbers(folder, log, name, start):
    expected = [name.format(i) for i in range(start, start + 24)]
    fill(folder, *reversed(expected))
    assert names_of(folder) == expected
    assert log.messages == []


def test_images_are_the_frames_of_these_numbers(folder):
    for i in range(24):
        image = np.full((48, 64, 3), 5 * i, np.uint8)
        cv2.imwrite(str(folder / f'frame{i + 1}.png'), image)
    sample = dict(filename=str(folder), frame_inds=np.arange(24))
    for kind in ('StNetVideoInit', 'StNetVideoDecode'):
        sample = TRANSFORMS.build(dict(type=kind))(sample)
    means = [int(image.mean()) for image in sample['imgs']]
    assert means == [5 * i for i in range(24)]


def test_times_and_names_without_numbers(folder):
    times = ['0.0.png', '0.25.png', '0.5.png', '1.0.png', '12.5.png']
    (folder / 'times').mkdir()
    fill(folder / 'times', *times)
    assert names_of(folder / 'times') == times
    fill(folder, 'b.jpg', 'a.jpg', 'thumbnail.jpg')
    assert names_of(folder) == ['a.jpg', 'b.jpg']


@pytest.mark.parametrize(
    'others',
    [
        ('flow_x_{:05}.jpg', 'flow_y_{:05}.jpg'),
        ('x_{:05}.jpg', 'y_{:05}.jpg'),
        ('depth{}.png',),
        ('img_flow_{:05}.jpg',),
        ('thumb_{}.jpg', 'Masks_{}.png'),
    ],
)
def test_computed_series_are_no_frames(folder, others):
    expected = [f'img_{i:05}.jpg' for i in range(1, 11)]
    fill(folder, *expected)
    fill(folder, *(name.format(i) for name in others for i in range(1, 11)))
    assert names_of(folder) == expected


def test_series_of_which_none_is_known_are_named(folder):
    for name in ('cam1_{}.jpg', 'cam2_{}.jpg'):
        fill(folder, *(name.format(i) for i in range(5)))
    with pytest.raises(StNetInputError) as error:
        list_frames(folder)
    assert 'cam1_*.jpg (5), cam2_*.jpg (5)' in str(error.value)
    assert str(folder) in str(error.value)
    expected = [f'cam2_{i}.jpg' for i in range(5)]
    assert names_of(folder, template='cam2_{}.jpg') == expected
    fill(folder, 'average.jpg')
    with pytest.raises(StNetInputError, match='average.jpg'):
        list_frames(folder)


def test_what_is_left_beside_frames_does_not_count(folder):
    fill(folder, *(f'img_{i}.jpg' for i in range(5)))
    fill(folder, '._img_0.jpg', '.hidden7.jpg', 'Thumbs.db', 'notes.txt')
    fill(folder, 'cover.jpg', 'Thumbnail.PNG', 'sound.wav')
    (folder / 'img_9.jpg').mkdir()
    assert names_of(folder) == [f'img_{i}.jpg' for i in range(5)]


def test_a_number_twice(folder):
    fill(folder, 'img_1.jpg', 'img_01.jpg', 'img_2.jpg')
    with pytest.raises(StNetInputError, match='img_01.jpg and img_1.jpg'):
        list_frames(folder)


def test_gaps_are_reported_once(folder, log):
    fill(folder, *(f'img_{i}.jpg' for i in range(20) if i not in (4, 5, 9)))
    assert len(list_frames(folder)) == len(list_frames(folder)) == 17
    (message,) = log.messages
    assert str(folder) in message
    assert '3 frames are missing' in message
    assert 'img_3.jpg and img_6.jpg' in message


@pytest.mark.parametrize(
    'numbers',
    [
        range(0, 50, 5),
        [1403636579763555584 + i * 50_000_017 + i * i for i in range(9)],
    ],
)
def test_steps_and_times_are_no_gaps(folder, log, numbers):
    fill(folder, *(f'{i}.png' for i in numbers))
    assert names_of(folder) == [f'{i}.png' for i in numbers]
    assert log.messages == []


def test_a_folder_of_videos_offers_them(folder):
    for name in ('b.mp4', 'a.mkv'):
        write_video(folder / name, frames=2)
    with pytest.raises(StNetInputError) as error:
        list_frames(folder)
    message = str(error.value)
    assert 'a folder of 2 videos' in message
    assert f'{folder / "a.mkv"}, {folder / "b.mp4"}' in message
    (folder / 'empty').mkdir()
    with pytest.raises(StNetInputError, match='no frames'):
        list_frames(folder / 'empty')


def test_frames_of_two_sizes(folder):
    for i, width in enumerate((64, 64, 32)):
        image = np.zeros((48, width, 3), np.uint8)
        cv2.imwrite(str(folder / f'{i}.png'), image)
    sample = dict(filename=str(folder), frame_inds=np.arange(3))
    sample = TRANSFORMS.build(dict(type='StNetVideoInit'))(sample)
    decode = TRANSFORMS.build(dict(type='StNetVideoDecode'))
    with pytest.raises(StNetInputError, match='2.png: a frame of 32x48'):
        decode(sample)


def test_a_folder_or_frame_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / '1.png').mkdir()
    with pytest.raises(StNetInputError, match=r'1\.png: it cannot be read'):
        read_frame(str(tmp_path / '1.png'))

    def refuse(folder):
        raise PermissionError(13, 'Permission denied', folder)

    monkeypatch.setattr(os, 'scandir', refuse)
    message = f'{tmp_path}: this folder cannot be read (Permission denied)'
    with pytest.raises(StNetInputError, match=re.escape(message)):
        list_frames(tmp_path)

"""The classifier, however it is used."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from stnet_mm.apis import VideoClassifier
from stnet_mm.errors import StNetInputError

from .tiny_files import write_recognizer


def random_videos(count):
    generator = torch.Generator().manual_seed(0)
    shape = (count, 12, 40, 48, 3)
    videos = torch.randint(0, 256, shape, generator=generator)
    return [*videos.to(torch.uint8).numpy()]


@pytest.mark.parametrize('average', ['score', 'prob'])
def test_threads(tmp_path, average):
    changes = {'model.cls_head.average_clips': average}
    config, checkpoint = write_recognizer(tmp_path, changes)
    classify = VideoClassifier(config, checkpoint, 'cpu')
    videos = random_videos(4)
    expected = [classify(video) for video in videos]
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(classify, 8 * videos)]
    torch.testing.assert_close(found, 8 * expected)
    assert classify.model.cls_head.average_clips == average
    assert classify.probabilities is (average == 'prob')


def test_copies(tmp_path):
    config, checkpoint = write_recognizer(tmp_path)
    classify = VideoClassifier(config, Path(checkpoint), 'cpu')
    (video,) = random_videos(1)
    for copied in (
        copy.deepcopy(classify),
        pickle.loads(pickle.dumps(classify)),
    ):
        torch.testing.assert_close(copied(video), classify(video))


@pytest.mark.parametrize('device', ['gpu', 'cuda:99'])
def test_devices_that_are_not_there(tmp_path, device):
    config, checkpoint = write_recognizer(tmp_path)
    message = f'the device {device} cannot be used: '
    with pytest.raises(StNetInputError, match=message) as raised:
        VideoClassifier(config, checkpoint, device)
    assert '\n' not in str(raised.value)

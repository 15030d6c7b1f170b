"""Archives of many videos."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config

from stnet_mm.apis import VideoClassifier, classify_archive, speed_up
from stnet_mm.calibration import Calibration, store_calibration
from stnet_mm.errors import StNetInputError
from stnet_mm.models.scores import energy_score

from ..videos import write_folder, write_images
from .tiny_files import write_recognizer


def noise(seed, size):
    """Frames of one color each, so that scores differ."""
    width, height = size
    colors = np.random.RandomState(seed).randint(0, 256, (20 + seed, 3))
    for color in colors:
        yield np.full((height, width, 3), color, np.uint8)


@pytest.fixture(scope='module')
def setting(tmp_path_factory):
    """A calibrated recognizer, its checkpoint, and videos, one broken."""
    folder = tmp_path_factory.mktemp('archive')
    config, checkpoint = write_recognizer(folder)
    videos = [str(folder / f'{i}.mp4') for i in range(6)]
    for i, video in enumerate(videos):
        write_images(video, noise(i, (48 + 16 * (i % 3 == 1), 32)))
    (folder / '2.mp4').write_text('no video')
    write_folder(folder / 'frames')
    # Too low for the crops.
    (folder / 'low').mkdir()
    for i in range(9):
        image = np.zeros((16, 64, 3), np.uint8)
        cv2.imwrite(str(folder / 'low' / f'{i}.png'), image)
    videos[4:4] = [str(folder / 'frames'), str(folder / 'low')]
    classify = VideoClassifier(config, checkpoint, 'cpu')
    good = [v for i, v in enumerate(videos) if i not in (2, 5)]
    energies = [float(energy_score(classify.logits(v))) for v in good]
    # Some of the videos are of no class.
    least = (sorted(energies)[2] + sorted(energies)[3]) / 2
    meta: dict = {}
    store_calibration(meta, Calibration(1.0, (least,) * 6, 0.05, 10))
    config, checkpoint = write_recognizer(folder, **meta)
    return config, checkpoint, videos


def one_by_one(classify, videos):
    """What the classifier says of each video by itself."""
    for video in videos:
        try:
            yield classify.predict(video)
        except StNetInputError as error:
            yield error


def check(path, classify, videos):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line['video'] for line in lines] == videos
    for line, said in zip(lines, one_by_one(classify, videos)):
        if isinstance(said, StNetInputError):
            assert line.keys() == {'video', 'error'}
            assert str(said) in line['error']
            assert line['video'] in line['error']
            continue
        scores = torch.zeros(6)
        for best in line['predictions']:
            assert best['name'] == f'class {best["label"]}'
            scores[best['label']] = best['score']
        torch.testing.assert_close(scores, said.scores, rtol=0, atol=1e-5)
        assert line['unknown'] == said.unknown
    return lines


@pytest.mark.parametrize(
    ('batch', 'workers', 'fast'),
    [(1, 0, False), (3, 2, False), (8, 1, False), (3, 1, True)],
)
def test_scores_are_those_of_single_videos(
    setting, tmp_path, batch, workers, fast
):
    classify = VideoClassifier(*setting[:2], 'cpu')
    if fast:
        speed_up(classify.model, 'fp32')
    out = tmp_path / 'r.jsonl'
    videos = setting[2]
    options = dict(topk=6, batch_size=batch, workers=workers)
    lines = classify_archive(classify, map(Path, videos), out, **options)
    assert (lines.done, lines.failed) == (8, 2)
    found = check(out, classify, videos)
    assert {line.get('unknown') for line in found} == {None, True, False}
    assert ['error' in line for line in found].index(True) == 2


def test_sizes_without_crops(setting, tmp_path):
    config, checkpoint, videos = setting
    config = Config(config.to_dict())
    config.model.test_cfg = {}
    classify = VideoClassifier(config, checkpoint, 'cpu')
    out = tmp_path / 'r.jsonl'
    classify_archive(classify, videos, out, 6, batch_size=8, workers=0)
    found = check(out, classify, videos)
    assert sum('error' in line for line in found) == 1


def test_only_what_is_missing_is_done(setting, tmp_path, monkeypatch):
    classify = VideoClassifier(*setting[:2], 'cpu')
    videos, out = setting[2], tmp_path / 'r.jsonl'
    classify_archive(classify, videos, out, workers=0)
    whole = out.read_bytes()
    with pytest.raises(StNetInputError, match='is there already'):
        classify_archive(classify, videos, out, workers=0)
    with pytest.raises(StNetInputError, match='made with other options'):
        classify_archive(classify, videos, out, 2, workers=0, resume=True)
    assert out.read_bytes() == whole

    read, wanted = classify.read, []
    monkeypatch.setattr(
        classify, 'read', lambda video: wanted.append(video) or read(video)
    )
    lines = whole.splitlines(keepends=True)
    out.write_bytes(b''.join(lines[:5]) + lines[5][:-1])
    done = classify_archive(classify, videos, out, workers=0, resume=True)
    assert wanted == videos[5:]
    assert out.read_bytes() == whole
    assert done.failed == 2  # one of them before


def test_classes_by_a_threshold(setting, tmp_path):
    classify = VideoClassifier(*setting[:2], 'cpu')
    video, out = setting[2][0], tmp_path / 'r.jsonl'
    scores = classify(video).sort(descending=True).values
    least = float(scores[:2].mean())
    classify_archive(classify, [video], out, threshold=least, workers=0)
    (best,) = json.loads(out.read_text())['predictions']
    assert best['score'] == pytest.approx(float(scores[0]))


def test_wrong_settings(setting, tmp_path):
    classify = VideoClassifier(*setting[:2], 'cpu')
    for options, words in (
        (dict(batch_size=0), 'batch size 0'),
        (dict(workers=-1), '-1 workers'),
    ):
        with pytest.raises(StNetInputError, match=words):
            classify_archive(classify, [], tmp_path / 'r.jsonl', **options)

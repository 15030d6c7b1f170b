"""The pipeline on a Ray cluster of this machine, with two cores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stnet_mm.apis import VideoClassifier, classify_archive
from stnet_mm.errors import StNetInputError
from tests.apis.tiny_files import write_recognizer
from tests.streams import texture
from tests.videos import write_images

ROOT = Path(__file__).resolve().parents[3]
ray = pytest.importorskip('ray', reason='needs ray[data], an optional package')
pytest.importorskip('ray.data', reason='needs ray[data], not ray alone')


@pytest.fixture(scope='module', autouse=True)
def cluster():
    """Two cores, whose processes find this checkout."""
    ray.init(
        num_cpus=2,
        object_store_memory=200 * 2**20,
        include_dashboard=False,
        runtime_env=dict(
            env_vars=dict(PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')
        ),
    )
    yield
    ray.shutdown()


@pytest.fixture(scope='module')
def archive(tmp_path_factory):
    """A config, a checkpoint, and videos of which one is broken."""
    folder = tmp_path_factory.mktemp('archive')
    config, checkpoint = write_recognizer(folder)
    config.dump(str(folder / 'config.py'))
    videos = [str(folder / f'{i}.mp4') for i in range(7)]
    for i, video in enumerate(videos):
        write_images(video, texture(20 + i, 36, 40 + 8 * (i % 2)))
    Path(videos[2]).write_text('no video')
    return str(folder / 'config.py'), checkpoint, videos


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_are_those_of_predict(archive, tmp_path):
    from ..pipeline import classify_with_ray

    config, checkpoint, videos = archive
    out, expected = tmp_path / 'ray.jsonl', tmp_path / 'one.jsonl'
    lines = classify_with_ray(config, checkpoint, videos, out, batch_size=3)
    assert (lines.done, lines.failed) == (7, 1)
    classify = VideoClassifier(config, checkpoint, 'cpu')
    classify_archive(classify, videos, expected, workers=0)
    found, wanted = read(out), read(expected)
    assert [line['video'] for line in found] == videos
    assert found[2] == wanted[2]
    assert videos[2] in found[2]['error']
    for line, other in zip(found, wanted):
        for best, right in zip(
            line.get('predictions', []), other.get('predictions', [])
        ):
            assert best['name'] == right['name']
            assert best['score'] == pytest.approx(right['score'], abs=1e-5)


def test_a_killed_run_goes_on(archive, tmp_path):
    from ..pipeline import classify_with_ray

    config, checkpoint, videos = archive
    out = tmp_path / 'ray.jsonl'
    classify_with_ray(config, checkpoint, videos, out)
    whole = out.read_bytes()
    with pytest.raises(StNetInputError, match='is there already'):
        classify_with_ray(config, checkpoint, videos, out)
    lines = whole.splitlines(keepends=True)
    out.write_bytes(b''.join(lines[:4]) + lines[4][:-1])
    done = classify_with_ray(config, checkpoint, videos, out, resume=True)
    assert (done.done, done.failed) == (7, 1)
    assert [line['video'] for line in read(out)] == videos
    assert out.read_bytes().startswith(b''.join(lines[:4]))
    # Nothing is left to do.
    again = classify_with_ray(config, checkpoint, videos, out, resume=True)
    assert again.done == 7
    # predict.py --out goes on with it as well.
    out.write_bytes(b''.join(lines[:4]))
    tool = [sys.executable, ROOT / 'tools' / 'predict.py', config, checkpoint]
    result = subprocess.run(
        [*tool, *videos, '--out', out, '--device', 'cpu', '--resume'],
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 1  # as one is broken
    assert [line['video'] for line in read(out)] == videos
    assert out.read_bytes().startswith(b''.join(lines[:4])), result.stderr

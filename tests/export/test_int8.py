"""Networks in 8-bit integers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.export import export
from stnet_runtime.contract import Contract
from stnet_runtime.model import ExportedModel
from stnet_runtime.reading import read_frames

from ..streams import texture
from ..videos import write_images
from .test_exporting import trained

CONTRACT = Contract(tuple('abcdef'), 4, 3, 'center', (32, 32), short_side=36)


@pytest.fixture(scope='module')
def model():
    return trained()


@pytest.fixture
def videos(tmp_path):
    listed = []
    for k in range(5):
        path = tmp_path / f'{k}.mp4'
        write_images(
            path,
            [image[::-1] if k % 2 else image for image in texture(12 + k)],
        )
        listed.append((str(path), k))
    return listed


def test_convolutions_are_in_integers(tmp_path, model, videos):
    floats, integers = tmp_path / 'float.onnx', tmp_path / 'int8.onnx'
    before = export(model, CONTRACT, floats)
    done = export(model, CONTRACT, integers, int8=videos)
    assert before.int8 is None
    assert done.size < before.size / 2
    assert done.contract.precision == 'int8'
    assert done.int8.videos == 5
    assert done.int8.same_top1 == 5
    assert 0 < done.int8.difference < 0.05
    graph = onnx.load(str(integers)).graph
    made_by = {out: n.op_type for n in graph.node for out in n.output}
    inputs = [made_by[n.input[0]] for n in graph.node if n.op_type == 'Conv']
    assert len(inputs) > 10
    assert {*inputs} == {'DequantizeLinear'}
    one, other = ExportedModel(floats, 1), ExportedModel(integers, 1)
    assert other.contract.precision == 'int8'
    # Another number of videos, and another T.
    frames = read_frames(videos[0][0], CONTRACT, 6)
    frames = np.stack([frames, frames[::-1]])
    for a, b in zip(one.predict(frames), other.predict(frames)):
        np.testing.assert_allclose(b.scores, a.scores, atol=0.05)


def test_errors(tmp_path, model, videos):
    with pytest.raises(StNetInputError, match='are for onnx, not torchscr'):
        export(model, CONTRACT, tmp_path / 'a', 'torchscript', int8=videos)
    bad = tmp_path / 'bad.mp4'
    bad.write_text('no video')
    with pytest.raises(StNetInputError, match='bad.mp4'):
        export(model, CONTRACT, tmp_path / 'a', int8=[(str(bad), 0)])
    assert not (tmp_path / 'a').exists()

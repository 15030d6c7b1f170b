"""Exported files do what the model does."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from mmaction.registry import MODELS

from stnet_mm.errors import StNetInputError
from stnet_mm.export import export, onnx_format, program
from stnet_mm.export.exported_network import ExportedNetwork
from stnet_mm.export.formats import FORMATS
from stnet_mm.export.parity import score_as_in_testing
from stnet_runtime.contract import KEY, Contract
from stnet_runtime.model import ExportedModel

from ..models.tiny import tiny_recognizer, warm_up

CONTRACT = Contract(
    classes=tuple('abcdef'),
    num_segments=4,
    num_frames=3,
    crops='ten',
    crop_size=(32, 36),
)


@pytest.fixture(scope='module')
def model():
    return trained()


def trained(**head):
    model = tiny_recognizer(**head)
    warm_up(model, images=12)
    model.data_preprocessor = type(model.data_preprocessor)(
        mean=[120.0, 110.0, 100.0], std=[60.0, 50.0, 40.0]
    )
    return model.eval()


def noise(*shape: int) -> np.ndarray:
    generator = np.random.default_rng(len(shape) + shape[0])
    return generator.integers(0, 256, (*shape, 3), np.uint8)


@pytest.mark.parametrize('form', FORMATS)
@pytest.mark.parametrize('crops', ['ten', 'three', 'center'])
def test_scores_are_those_of_testing(tmp_path, model, form, crops):
    contract = replace(CONTRACT, crops=crops)
    path = tmp_path / f'model{FORMATS[form].suffix}'
    real = [noise(12, 36, 50), noise(12, 36, 41)]
    done = export(model, contract, path, form, real)
    assert done.contract == contract
    assert done.size == path.stat().st_size
    assert (done.random.videos, done.real.videos) == (2, 2)
    assert json.loads((tmp_path / f'{path.name}.json').read_text())['crops']
    run = FORMATS[form].load(path.read_bytes())
    # Three crops fill one side.
    for shape in ((1, 12, 36, 33), (3, 6, 36, 60), (2, 21, 50, 32)):
        frames = noise(*shape)
        expected = score_as_in_testing(model, contract, frames)
        for found, value in zip(run(frames), expected):
            np.testing.assert_allclose(found, value, atol=1e-5)
    scores, energy = expected
    assert np.ptp(scores) > 0.01
    assert energy.shape == (2,)


@pytest.mark.parametrize(
    ('head', 'scores'),
    [
        (dict(average_clips='score'), 'logits'),
        (dict(multi_class=True, loss_cls=dict(type='BCELossWithLogits')), ''),
    ],
)
def test_what_scores_mean(model, head, scores):
    other = trained(**head)
    frames = noise(2, 12, 40, 44)
    network = ExportedNetwork(other, CONTRACT)
    expected, _ = score_as_in_testing(other, CONTRACT, frames)
    with torch.no_grad():
        found, _ = network(torch.from_numpy(frames))
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-5)
    assert not np.allclose(found.sum(1), 1)


def test_the_runtime_takes_it(tmp_path, model):
    path = tmp_path / 'model.onnx'
    export(model, CONTRACT, path)
    run = ExportedModel(path, threads=1)
    assert run.contract == CONTRACT
    frames = noise(2, 12, 40, 44)
    scores, energy = score_as_in_testing(model, CONTRACT, frames)
    for found, *expected in zip(run.predict(frames), scores, energy):
        np.testing.assert_allclose(found.scores, expected[0], atol=1e-5)
        assert found.energy == pytest.approx(expected[1], abs=1e-5)
        assert not found.unknown
    with pytest.raises(StNetInputError, match='13 frames of a video'):
        run.predict(noise(1, 13, 40, 44))
    (tmp_path / 'cut.onnx').write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(StNetInputError, match='cut.onnx is no ONNX file'):
        ExportedModel(tmp_path / 'cut.onnx')
    with pytest.raises(StNetInputError, match='there is no such file'):
        ExportedModel(tmp_path / 'gone.onnx')
    bare = onnx.load(str(path))
    del bare.metadata_props[:]
    onnx.save(bare, str(tmp_path / 'bare.onnx'))
    with pytest.raises(StNetInputError, match='bare.onnx says nothing about'):
        ExportedModel(tmp_path / 'bare.onnx')


@pytest.mark.parametrize('crops', ['ten', 'center'])
def test_tracing_makes_the_same_file(tmp_path, model, monkeypatch, crops):
    # As with an older PyTorch.
    monkeypatch.setattr(onnx_format, 'torch_version', lambda: (2, 5))
    contract = replace(CONTRACT, crops=crops)
    path = tmp_path / 'model.onnx'
    done = export(model, contract, path)
    assert done.contract == contract
    assert onnx.load(str(path)).opset_import[0].version == 17
    run = ExportedModel(path, threads=1)
    for shape in ((1, 12, 36, 33), (3, 6, 36, 60), (2, 21, 50, 32)):
        frames = noise(*shape)
        expected, _ = score_as_in_testing(model, contract, frames)
        found = [prediction.scores for prediction in run.predict(frames)]
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(expected) > 0.01


def test_old_versions_export_no_program(tmp_path, model, monkeypatch):
    monkeypatch.setattr(program, 'torch_version', lambda: (2, 5))
    with pytest.raises(StNetInputError, match='use 2.6 or newer, or another'):
        export(model, CONTRACT, tmp_path / 'model.pt2', 'exported-program')
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize('form', ['onnx', 'exported-program'])
def test_recurrent_heads_are_for_torchscript(tmp_path, form):
    recurrent = trained()
    head = dict(type='LRCNHead', num_classes=6, in_channels=64, cell='gru')
    recurrent.cls_head = MODELS.build(dict(head, average_clips='prob')).eval()
    with pytest.raises(StNetInputError, match='recurrent networks for any'):
        export(recurrent, CONTRACT, tmp_path / 'model', form)
    assert not [*tmp_path.iterdir()]
    path = tmp_path / 'model.pt'
    done = export(recurrent, CONTRACT, path, 'torchscript')
    assert done.contract.any_segments
    assert done.random.holds


def test_what_differs_is_refused_and_named(tmp_path, model, monkeypatch):
    form = FORMATS['onnx']

    def convert(network, example, contract):
        weights = dict(network.named_parameters())
        name = next(
            n for n in weights if n.endswith('layer3.1.conv1.conv.weight')
        )
        weight = weights[name]
        kept = weight.clone()
        try:
            weight.mul_(1.5)
            return form.convert(network, example, contract)
        finally:
            weight.copy_(kept)

    monkeypatch.setitem(FORMATS, 'onnx', form._replace(convert=convert))
    with pytest.raises(
        StNetInputError,
        match='as onnx the network gives other scores .*at '
        'backbone.layer3: nothing was written',
    ):
        export(model, CONTRACT, tmp_path / 'model.onnx')
    assert not [*tmp_path.iterdir()]


def test_formats_that_fix_the_number_of_segments(tmp_path, model, monkeypatch):
    form = FORMATS['torchscript']

    def load(data):
        run = form.load(data)

        def run_fixed(frames):
            assert frames.shape[1] == 12
            return run(frames)

        return run_fixed

    fixed = form._replace(load=load)
    monkeypatch.setitem(FORMATS, 'torchscript', fixed)
    path = tmp_path / 'model.pt'
    done = export(model, CONTRACT, path, 'torchscript')
    assert not done.contract.any_segments
    extra = {KEY: ''}
    torch.jit.load(str(path), _extra_files=extra)
    assert json.loads(extra[KEY])['any_segments'] is False


def test_unknown_format(tmp_path, model):
    with pytest.raises(StNetInputError, match="unknown format 'caffe'"):
        export(model, CONTRACT, tmp_path / 'a', 'caffe')

"""The examples of docs/extending.md, as a user would have them."""

import importlib
import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config

from stnet_mm.analysis import Setting, build_recognizer, count_complexity
from stnet_mm.datasets.transforms.decoders import DECODERS
from stnet_mm.explain import ClassMaps, is_piecewise_linear
from stnet_mm.utils.recipe import fill_in

from .models.tiny import frames, samples, tiny_backbone
from .tools.conftest import OWN_DATA, run_tool
from .videos import write_video

PAGE = Path(__file__).parents[1] / 'docs' / 'extending.md'
SECTION = re.compile(r'^## (.+)$', re.M)
BLOCK = re.compile(r'^```python\n(.*?)^```$', re.M | re.S)
T, N = 3, 2


def code_of_page():
    """The Python code of each section; before the first one, under ''."""
    start, *parts = SECTION.split(PAGE.read_text(encoding='utf-8'))
    titles, texts = ['', *parts[::2]], [start, *parts[1::2]]
    return {
        title: '\n'.join(BLOCK.findall(text))
        for title, text in zip(titles, texts)
    }


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """The user's folder: my_parts.py, my.py and a copy of our config."""
    folder = tmp_path_factory.mktemp('extending')
    code = code_of_page()
    (folder / 'my.py').write_text(code.pop('Using them'))
    (folder / 'my_parts.py').write_text('\n'.join(code.values()))
    lines = dict(crop_size=64, num_segments=T, num_frames=N)
    (folder / OWN_DATA.name).write_text(fill_in(OWN_DATA.read_text(), lines))
    sys.path.insert(0, str(folder))
    try:
        importlib.import_module('my_parts')
        yield folder
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop('my_parts', None)
        for name in ('PlainNet', 'SegmentDifference', 'AttentionHead'):
            MODELS.module_dict.pop(name, None)
        DECODERS.pop('numpy', None)


def recognizer(**head):
    """A slim StNet with the block and the head of the page."""
    torch.manual_seed(0)
    return dict(
        type='StNetRecognizer',
        backbone=tiny_backbone(
            num_frames=N, temporal_block=dict(type='SegmentDifference')
        ),
        cls_head=dict(
            type='AttentionHead', num_classes=6, in_channels=64, **head
        ),
    )


def test_examples_are_short():
    code = code_of_page()
    for title in ('A trunk', 'A temporal block', 'A head', 'A decoder'):
        lines = [line for line in code[title].splitlines() if line.strip()]
        assert 5 < len(lines) < 20, title


def test_trunk(folder):
    trunk = dict(type='PlainNet', width=8)
    backbone = MODELS.build(dict(type='StNet', trunk=trunk, num_frames=N))
    assert backbone.layer_names == ('stage1', 'stage2', 'stage3', 'stage4')
    assert list(backbone.temporal_blocks) == ['stage2', 'stage3']
    assert backbone.stage1[0].weight.shape == (8, 3 * N, 3, 3)
    out = backbone(torch.rand(2 * T, 3 * N, 64, 32), T)
    assert out.shape == (2 * T, 64, 4, 2)


def test_temporal_block(folder):
    block = MODELS.build(dict(type='SegmentDifference', channels=4, scale=2.0))
    x = torch.rand(2 * T, 4, 2, 2)
    y = block(x, T).unflatten(0, (2, T))
    x = x.unflatten(0, (2, T))
    assert torch.equal(y[:, 0], x[:, 0])
    expected = x[:, 1:] + 2 * (x[:, 1:] - x[:, :-1])
    torch.testing.assert_close(y[:, 1:], expected)


def test_every_parameter_learns(folder):
    model = MODELS.build(recognizer())
    model.init_weights()
    model.loss(frames(2, T * N), samples([1, 4]))['loss_cls'].backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        # A shift of all scores changes no softmax.
        if name != 'cls_head.score.bias':
            assert parameter.grad.abs().sum() > 0, name


def test_contributions_of_the_head_sum_to_the_logit(folder):
    model = MODELS.build(recognizer(average_clips='prob'))
    model.init_weights()
    torch.nn.init.normal_(model.cls_head.fc_cls.bias)
    data = dict(
        inputs=[video.byte() for video in frames(2, T * N) * 50 + 120],
        data_samples=samples([0, 0]),
    )
    classes = torch.tensor([5, 2])
    found = ClassMaps(model)(data, classes)
    logit = found.logits.gather(1, classes[:, None])[:, 0]
    bias = model.cls_head.fc_cls.bias[classes]
    assert found.head_contributions.shape == (2, T)
    torch.testing.assert_close(
        found.head_contributions.sum(dim=1) + bias, logit
    )
    # Attention is not piecewise linear: gradient x input is another thing.
    assert not is_piecewise_linear(model.cls_head)
    assert not torch.allclose(
        found.head_contributions, found.gradient_input, rtol=1e-3
    )


def test_costs_of_the_block_and_the_head(folder):
    model = build_recognizer(recognizer())
    counts = count_complexity(model, Setting(N, T, 32, 32))
    parts = {part.name: part for part in counts.parts}
    assert parts['temporal block after layer2'].parameters == 16
    assert parts['head'].macs == T * 64 + 6 * 64


def test_decoder(folder, tmp_path):
    video = np.random.default_rng(0).integers(0, 256, (5, 12, 16, 3), np.uint8)
    np.save(tmp_path / 'video.npy', video)
    results = dict(filename=str(tmp_path / 'video.npy'))
    results = TRANSFORMS.build(
        dict(type='StNetVideoInit', decoder='numpy')
    ).transform(results)
    assert results['total_frames'] == 5
    results['frame_inds'] = np.array([4, 0])
    results = TRANSFORMS.build(dict(type='StNetVideoDecode')).transform(
        results
    )
    assert np.array_equal(results['imgs'], video[[4, 0]])


def test_tools(folder, monkeypatch):
    monkeypatch.setenv('PYTHONPATH', str(folder), prepend=os.pathsep)
    run_tool('get_flops', 'my.py', '--json', 'costs.json', cwd=folder)
    costs = json.loads((folder / 'costs.json').read_text())
    parts = {part['name']: part for part in costs['parts']}
    # Super-images [6, 64, 64] -> [16, 32, 32], of 3 segments.
    assert parts['stage1']['macs'] == T * 32 * 32 * 16 * (3 * N) * 9
    assert parts['temporal block after stage2']['parameters'] == 32
    assert parts['head']['parameters'] == 128 + 1 + 6 * 128 + 6

    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(folder / 'my.py').model)
    model.init_weights()
    torch.save(dict(state_dict=model.state_dict()), folder / 'my.pth')
    write_video(folder / 'video.mp4', size=96)
    out = run_tool(
        *('vis_cam', 'my.py', 'my.pth', 'video.mp4', '--out', 'cam'),
        *('--device', 'cpu'),
        cwd=folder,
    )
    assert 'wrote cam/video_cam.html' in out
    page = (folder / 'cam' / 'video_cam.html').read_text()
    assert '"head_contributions": [' in page

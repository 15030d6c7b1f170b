"""The frames that reach the network, by each way into it, byte by byte."""

from __future__ import annotations

import runpy
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import torch
from mmaction.apis import inference_recognizer, init_recognizer
from mmaction.apis.inferencers import (
    ActionRecogInferencer,
    MMAction2Inferencer,
)
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from PIL import Image

from stnet_mm.apis import VideoClassifier
from stnet_mm.explain import VideoExplainer
from stnet_mm.models import StNet

from ..odd_videos import write_delayed, write_packed, write_rotated
from ..serving import serve
from ..tools.conftest import custom_config
from ..tools.processes import ROOT
from ..videos import write_images

LENGTH = 24
# Of the network's input, T super-images of 3N channels.
SHAPE = (2, 9, 32, 32)


def moving_disc(height, width):
    """A disc that moves over a gray slope."""
    slope = np.linspace(40, 200, width).astype(np.uint8)
    for i in range(LENGTH):
        image = np.repeat(np.tile(slope, (height, 1))[..., None], 3, axis=2)
        place = (width * (i + 4) // (LENGTH + 8), height // 2)
        yield cv2.circle(image, place, height // 4, (220, 40, 90), -1)


def write_frames(path, images):
    """Write a folder of frames with unpadded numbers."""
    path.mkdir()
    for i, image in enumerate(images, 1):
        cv2.imwrite(str(path / f'frame{i}.png'), image[..., ::-1])


def write_xvid(path, change):
    whole = path.with_name(f'whole_{path.name}')
    options = {'g': '12', 'bf': '1', 'qmax': '3'}
    write_images(whole, moving_disc(120, 160), 'mpeg4', options)
    change(whole, path)
    whole.unlink()


VIDEOS = {
    'small.mp4': lambda p: write_images(p, moving_disc(120, 160)),
    'hd.mp4': lambda p: write_images(p, moving_disc(720, 1280)),
    'upright.mov': lambda p: write_rotated(p, moving_disc(160, 120), 90),
    'delayed.avi': lambda p: write_xvid(p, write_delayed),
    'packed.avi': lambda p: write_xvid(p, write_packed),
    'vp9.webm': lambda p: write_images(p, moving_disc(120, 160), 'libvpx-vp9'),
    'ten_bits.mp4': lambda p: write_images(
        p, moving_disc(120, 160), pix_fmt='yuv420p10le'
    ),
    'frames': lambda p: write_frames(p, moving_disc(120, 160)),
}


@pytest.fixture(scope='module')
def shop(tmp_path_factory):
    """A folder with the videos, a list of them, a config and weights."""
    folder = tmp_path_factory.mktemp('doors')
    for name, write in VIDEOS.items():
        write(folder / name)
    (folder / 'list.txt').write_text(''.join(f'{n} 0\n' for n in VIDEOS))
    (folder / 'classes.txt').write_text('a\nb\n')
    custom_config(
        folder / 'config.py',
        **dict(num_classes=2, data_root=str(folder), num_workers=0),
        **dict(train_list='list.txt', val_list='list.txt'),
        **dict(test_list='list.txt', crop_size=32),
        **dict(num_segments=2, num_frames=3),
    )
    model = init_recognizer(str(folder / 'config.py'), device='cpu')
    torch.save(model.state_dict(), folder / 'weights.pth')
    return folder


@pytest.fixture
def seen(monkeypatch):
    """What the network is given of a video, [T, 3N, h, w] bytes."""

    def forward(self, x, *args, **kwargs):
        given.append(x.detach().clone())
        return original(self, x, *args, **kwargs)

    @contextmanager
    def watch():
        given.clear()
        found: list[torch.Tensor] = []
        yield found
        # A door may look twice, as the page does to choose the classes.
        for start in range(0, len(given)):
            assert torch.equal(given[start], given[0])
        found.append(given[0])

    given: list[torch.Tensor] = []
    original = StNet.forward
    monkeypatch.setattr(StNet, 'forward', forward)
    return watch


def read_frames(path):
    """The frames of a video, upright, as a program reads them itself."""
    if path.is_dir():
        names = sorted(path.iterdir(), key=lambda p: int(p.stem[5:]))
        return np.stack([cv2.imread(str(p))[..., ::-1] for p in names])
    with av.open(str(path)) as container:
        frames = [*container.decode(video=0)]
    images = np.stack([f.to_ndarray(format='rgb24') for f in frames])
    turns = int(frames[0].rotation) // 90
    return np.ascontiguousarray(np.rot90(images, turns, axes=(1, 2)))


def run_tool(name, *args, monkeypatch):
    """Run a tool in this process, so that the network can be watched."""
    path = str(ROOT / 'tools' / f'{name}.py')
    monkeypatch.setattr(sys, 'argv', [path, *map(str, args)])
    with suppress(SystemExit):
        runpy.run_path(path, run_name='__main__')


def see_in_testing(shop, name, seen):
    """What the network sees in ``tools/test.py``."""
    cfg = Config.fromfile(shop / 'config.py')
    model = init_recognizer(cfg, str(shop / 'weights.pth'), 'cpu')
    dataset = DATASETS.build(cfg.test_dataloader.dataset)
    sample = dataset[[*VIDEOS].index(name)]
    with seen() as found, torch.no_grad():
        model.test_step(pseudo_collate([sample]))
    assert found[0].dtype == torch.uint8
    assert found[0].shape == SHAPE
    return found[0].int()


@pytest.mark.parametrize('name', VIDEOS)
def test_frames_by_every_door(shop, name, seen, monkeypatch):
    expected = see_in_testing(shop, name, seen)
    config, weights = str(shop / 'config.py'), str(shop / 'weights.pth')
    video = str(shop / name)
    model = (config, weights, 'cpu')
    classify = VideoClassifier(*model)
    quiet = dict(print_result=False)
    files = {
        'path': lambda: classify(video),
        'Path': lambda: classify(Path(video)),
        'explainer': lambda: VideoExplainer(classify)(video),
        'inference_recognizer': lambda: inference_recognizer(
            init_recognizer(*model), video
        ),
        'MMAction2Inferencer': lambda: MMAction2Inferencer(*model)(
            video, **quiet
        ),
        'predict.py': lambda: run_tool(
            *('predict', config, weights, video, '--device', 'cpu'),
            monkeypatch=monkeypatch,
        ),
        'vis_cam.py': lambda: run_tool(
            *('vis_cam', config, weights, video, '--device', 'cpu'),
            *('--format', 'png', '--out', shop / 'cam'),
            monkeypatch=monkeypatch,
        ),
    }
    if name == 'frames':
        files['ActionRecogInferencer'] = lambda: ActionRecogInferencer(
            *model, input_format='rawframes'
        )(video)
    for door, enter in files.items():
        with seen() as found:
            enter()
        assert torch.equal(found[0].int(), expected), door
    frames = read_frames(Path(video))
    arrays = {
        'array': lambda: classify(frames),
        'list of arrays': lambda: classify([*frames]),
        'PIL images': lambda: classify([*map(Image.fromarray, frames)]),
        'MMAction2Inferencer': lambda: MMAction2Inferencer(
            *model, input_format='array'
        )(frames, **quiet),
        'ActionRecogInferencer': lambda: ActionRecogInferencer(
            *model, input_format='array'
        )(frames),
    }
    for door, enter in arrays.items():
        with seen() as found:
            enter()
        # FFmpeg rounds ten bits otherwise.
        most = {'frames': 0, 'ten_bits.mp4': 1.5}.get(name, 1)
        assert (found[0] - expected).abs().double().mean() <= most, door


def test_the_train_and_validation_data(shop, seen):
    """The same decoded frames, before they are augmented or cropped."""
    expected = see_in_testing(shop, 'hd.mp4', seen)
    cfg = Config.fromfile(shop / 'config.py')
    for loader in (cfg.train_dataloader, cfg.val_dataloader):
        names = [step['type'] for step in loader.dataset.pipeline]
        steps = loader.dataset.pipeline[: names.index('StNetVideoDecode') + 1]
        steps[1]['test_mode'] = True
        loader.dataset.pipeline = [
            *steps,
            dict(type='CenterCrop', crop_size=32),
            dict(type='FormatShape', input_format='NCHW'),
        ]
        dataset = DATASETS.build(loader.dataset)
        frames = dataset[[*VIDEOS].index('hd.mp4')]['imgs']
        found = torch.from_numpy(frames).reshape(SHAPE).int()
        assert torch.equal(found, expected)


def test_a_url(shop, seen):
    expected = see_in_testing(shop, 'small.mp4', seen)
    classify = VideoClassifier(
        str(shop / 'config.py'), str(shop / 'weights.pth'), 'cpu'
    )
    with serve(shop) as address, seen() as found:
        classify(f'{address}/small.mp4')
    assert torch.equal(found[0].int(), expected)


def test_the_app(shop, seen, tmp_path):
    pytest.importorskip('gradio')
    from stnet_mm.visualization.demo_app import build_app

    expected = see_in_testing(shop, 'upright.mov', seen)
    classify = VideoClassifier(
        str(shop / 'config.py'), str(shop / 'weights.pth'), 'cpu'
    )
    app = build_app(VideoExplainer(classify), 'StNet', [], tmp_path)
    (show,) = (f.fn for f in app.fns.values() if f.fn.__name__ == 'show')
    with seen() as found:
        show(str(shop / 'upright.mov'), None)
    assert torch.equal(found[0].int(), expected)

"""A tiny data set, config and trained model for the tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from stnet_mm.utils.recipe import fill_in

from ..odd_videos import (
    write_damaged,
    write_delayed,
    write_packed,
    write_rotated,
    write_same_times,
    write_two_videos_and_sound,
)
from ..streams import texture, write_stream
from ..videos import write_dataset, write_images, write_sound
from .processes import ROOT, run_quickly

OWN_DATA = ROOT / 'configs' / 'own_data' / 'stnet_own-data-rgb.py'
SHARED = ROOT.parent / 'shared'
CODECS = (
    'b_frames.mp4',
    'hevc.mp4',
    'vp9.webm',
    'av1.mp4',
    'ten_bits.mp4',
    'no_times.h264',
    'mjpeg.avi',
)

# Appended to the config: a slim trunk without weights, and a line in the log
# for every step.
SLIM = """
model['backbone'].update(
    trunk=dict(type='StNetSlimResNet', depth=18, base_channels=8),
    init_cfg=None,
)
model['cls_head']['in_channels'] = 64
default_hooks['logger']['interval'] = 1
"""


def custom_config(path: Path, **lines: object) -> Path:
    """Write the config for one's own data with edited lines, as a user would.

    The trunk becomes a slim one, so that the tests are quick.
    """
    path.write_text(fill_in(OWN_DATA.read_text(), lines) + SLIM)
    return path


def run_tool(name: str, *args: object, cwd: Path) -> str:
    """Run a tool that must succeed; what it printed on stdout."""
    status, out, err = run_quickly(name, *args, cwd=cwd)
    assert status == 0, out[-3000:] + err[-3000:]
    return out


def fail_tool(name: str, *args: object, cwd: Path) -> str:
    """Run a tool that must fail; the one line of its error."""
    status, out, err = run_quickly(name, *args, cwd=cwd)
    assert status == 1, out[-3000:] + err[-3000:]
    assert 'Traceback' not in err
    errors = [line for line in err.splitlines() if line.startswith('error:')]
    assert len(errors) == 1, err
    return errors[0]


@pytest.fixture(scope='session')
def workshop(tmp_path_factory) -> Path:
    """A folder with data, config.py and a model trained for three steps."""
    folder = tmp_path_factory.mktemp('workshop')
    write_dataset(folder / 'data')
    config = custom_config(
        folder / 'config.py',
        num_classes=3,
        data_root='data',
        crop_size=32,
        num_segments=2,
        num_frames=3,
        batch_size=4,
        num_workers=0,
        max_iters=3,  # all 12 videos once
        val_interval=3,
    )
    run_tool('train', config.name, '--work-dir', 'trained', cwd=folder)
    return folder


@pytest.fixture(scope='session')
def checkpoint(workshop) -> Path:
    """The trained model."""
    return workshop / 'trained' / 'iter_3.pth'


@pytest.fixture(scope='session')
def odd_videos(workshop) -> dict[str, bool]:
    """Files in the folder ``odd``, and whether each can be classified."""
    folder = workshop / 'odd'
    folder.mkdir()
    for name in CODECS:
        write_stream(folder / name)
    for degrees in (0, 90, 180, 270):
        write_rotated(folder / f'phone_{degrees}.mov', texture(24), degrees)
    write_same_times(folder / 'b_frames.mp4', folder / 'same_times.mp4')
    write_images(folder / 'wide.mp4', texture(12, 400, 1600))
    frames = list(texture(24))
    write_two_videos_and_sound(folder / 'broadcast.mp4', frames, frames)
    plain = workshop / 'plain.avi'
    write_images(plain, texture(), 'mpeg4', {'bf': '1'})
    write_packed(plain, folder / 'packed.avi')
    write_delayed(plain, folder / 'delayed.avi')
    good = [path.name for path in folder.iterdir()]

    write_damaged(folder / 'b_frames.mp4', folder / 'damaged.mp4', 10)
    whole = (folder / 'b_frames.mp4').read_bytes()
    (folder / 'broken_off.mp4').write_bytes(whole[: len(whole) // 2])
    (folder / 'empty.mp4').write_bytes(b'')
    (folder / 'text.mp4').write_text('no video')
    write_sound(folder / 'sound.mp4')
    return {path.name: path.name in good for path in folder.iterdir()}

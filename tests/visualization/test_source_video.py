"""Playing videos and folders of frames."""

import io
from contextlib import suppress

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_mm.visualization import SourceVideo

from ..videos import write_folder, write_images, write_sound, write_video


def test_frames_come_as_they_are_numbered_and_timed(tmp_path):
    write_video(tmp_path / 'a.mp4', frames=30)
    source = SourceVideo(tmp_path / 'a.mp4')
    assert len(source) == 30
    assert source.fps == pytest.approx(12)
    shown = list(source)
    assert [s.time for s in shown] == pytest.approx(np.arange(30) / 12)
    brightness = [s.picture.mean() for s in shown]
    assert brightness == pytest.approx(5 * np.arange(30), abs=3)


def test_varying_frame_rate_is_kept(tmp_path):
    times = [0, 40, 200, 240, 1000]
    images = (np.full((32, 32, 3), 40 * i, np.uint8) for i in range(5))
    write_images(tmp_path / 'a.mkv', images, times=times)
    buffer = io.BytesIO()
    with MP4Writer(buffer, 12) as writer:
        for time, picture in SourceVideo(tmp_path / 'a.mkv'):
            writer.write(time, picture)
    (tmp_path / 'b.mp4').write_bytes(buffer.getvalue())
    again = list(SourceVideo(tmp_path / 'b.mp4'))
    assert [s.time for s in again] == pytest.approx(np.array(times) / 1000)
    assert [s.picture.mean() for s in again] == pytest.approx(
        [0, 40, 80, 120, 160], abs=4
    )


def test_a_folder_of_frames(tmp_path):
    write_folder(tmp_path / 'clip', frames=10)
    source = SourceVideo(tmp_path / 'clip', fps=20)
    assert len(source) == 10
    shown = list(source)
    assert [s.time for s in shown] == pytest.approx(np.arange(10) / 20)
    assert [s.picture.mean() for s in shown] == [5 * i for i in range(10)]


def test_wrong_input(tmp_path):
    with pytest.raises(StNetInputError, match='none.mp4: there is no such'):
        SourceVideo(tmp_path / 'none.mp4')
    (tmp_path / 'text.mp4').write_text('no video')
    with pytest.raises(StNetInputError, match='text.mp4: it cannot be opened'):
        SourceVideo(tmp_path / 'text.mp4')
    write_sound(tmp_path / 'sound.mp4')
    with pytest.raises(StNetInputError, match='sound.mp4.*no video stream'):
        SourceVideo(tmp_path / 'sound.mp4')
    (tmp_path / 'empty').mkdir()
    with pytest.raises(StNetInputError, match='empty: no frames'):
        SourceVideo(tmp_path / 'empty')
    write_folder(tmp_path / 'clip', frames=3)
    (tmp_path / 'clip' / 'img_00002.png').write_text('no image')
    with pytest.raises(StNetInputError, match='img_00002.png: not a readable'):
        list(SourceVideo(tmp_path / 'clip'))


def test_a_video_that_breaks_off(tmp_path):
    write_video(tmp_path / 'a.mkv', frames=60)
    data = (tmp_path / 'a.mkv').read_bytes()
    (tmp_path / 'b.mkv').write_bytes(data[: len(data) // 2])
    source = SourceVideo(tmp_path / 'b.mkv')
    brightness = []
    with suppress(StNetInputError):  # the last frame may be incomplete
        for shown in source:
            brightness.append(shown.picture.mean())
    assert len(brightness) in (len(source), len(source) - 1)
    assert 10 < len(brightness) < 50
    whole = [shown.picture.mean() for shown in SourceVideo(tmp_path / 'a.mkv')]
    assert brightness[:8] == pytest.approx(whole[:8])
    # Of the last ones, those are missing that are stored later than shown.
    assert brightness == sorted(brightness)
    assert {*np.round(brightness)} <= {*np.round(whole)}

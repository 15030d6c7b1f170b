from __future__ import annotations

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.timeline import make_timeline
from stnet_runtime.frame_stream import FrameStream

from ..odd_videos import write_damaged
from ..videos import write_images
from .tiny_classifier import check_scores, make_classifier, noise

LOSSLESS = ('libx264rgb', {'qp': '0'}, 'rgb24')


def test_clips_that_reach_into_the_next_segment(tmp_path):
    path = tmp_path / 'video.mp4'
    images = noise(20)
    write_images(path, images, *LOSSLESS)
    classify = make_classifier(center='first_frame')
    # Segments of 4 frames, of which the network begins at the second; of
    # 3 frames, where the clip ends in the next segment.
    for segment in (4, 3):
        timeline = make_timeline(
            *(classify, path, 4 * segment / 12, segment / 12)
        )
        windows = 20 // segment - 3
        starts = np.arange(windows) * segment / 12
        np.testing.assert_allclose(timeline.starts, starts, atol=1e-3)
        np.testing.assert_allclose(
            timeline.ends, starts + 4 * segment / 12, atol=1e-3
        )
        for number in range(windows):
            first = number * segment + 1
            seen = [
                images[first + segment * k + j]
                for k in range(4)
                for j in range(3)
            ]
            check_scores(timeline.scores[number], classify.model, seen)


def test_a_video_that_ends_with_a_segment(tmp_path):
    path = tmp_path / 'video.mp4'
    images = noise(12)
    write_images(path, images, *LOSSLESS)
    classify = make_classifier(center='first_frame')
    timeline = make_timeline(classify, path, 1, 1)
    seen = [*images[1:], images[-1]]
    check_scores(timeline.scores[0], classify.model, seen)


def test_what_comes_before_the_damage(tmp_path):
    good, bad = tmp_path / 'good.mp4', tmp_path / 'bad.mp4'
    write_images(good, noise(60), options={'g': '12'})
    write_damaged(good, bad, 50)
    classify = make_classifier()
    whole = make_timeline(classify, good, 1, 1)
    assert whole.fault is None
    timeline = make_timeline(classify, bad, 1, 1)
    count = len(timeline.starts)
    assert 0 < count < len(whole.starts) == 5
    np.testing.assert_array_equal(timeline.scores, whole.scores[:count])
    assert f'{bad}: it is damaged after' in timeline.fault
    write_damaged(good, bad, 1)
    with pytest.raises(StNetInputError, match='bad.mp4: it is damaged'):
        make_timeline(classify, bad, 1, 1)


@pytest.mark.parametrize('suffix', ['avi', 'mkv'])
def test_truncated_files_that_decode_without_an_error(tmp_path, suffix):
    path = tmp_path / f'video.{suffix}'
    write_images(path, noise(60), options={'g': '12'})
    whole = path.read_bytes()
    classify = make_classifier()
    assert make_timeline(classify, path, 1, 1).fault is None
    path.write_bytes(whole[: len(whole) * 7 // 10])
    timeline = make_timeline(classify, path, 1, 1)
    assert 0 < len(timeline.starts) < 5
    assert f'{path}: it is truncated (' in timeline.fault
    path.write_bytes(whole[: len(whole) // 10])
    with pytest.raises(StNetInputError, match=r'truncated \(.*shorter than'):
        make_timeline(classify, path, 1, 1)


def test_frames_of_another_size_begin_anew(tmp_path):
    pieces = [noise(24), noise(24, (96, 64)), noise(18)]
    path, alone = tmp_path / 'joined.ts', []
    classify = make_classifier()
    for images in pieces:
        piece = tmp_path / 'piece.ts'
        write_images(piece, images, options={'g': '12'})
        alone.append(make_timeline(classify, piece, 1, 1))
        with path.open('ab') as file:
            file.write(piece.read_bytes())
    timeline = make_timeline(classify, path, 1, 1)
    assert timeline.parts == 3
    np.testing.assert_allclose(timeline.starts, np.arange(5), atol=0.01)
    np.testing.assert_allclose(
        timeline.scores, np.concatenate([a.scores for a in alone]), atol=1e-6
    )
    with pytest.raises(StNetInputError, match='each part with frames of one'):
        make_timeline(classify, path, 4, 1)


def test_pieces_that_were_joined(tmp_path):
    piece, path = tmp_path / 'piece.ts', tmp_path / 'joined.ts'
    write_images(piece, noise(36), options={'g': '12'})
    path.write_bytes(2 * piece.read_bytes())
    timeline = make_timeline(make_classifier(), path, 1, 1)
    assert len(timeline.starts) == 6
    np.testing.assert_allclose(timeline.starts, np.arange(6), atol=0.01)
    with FrameStream(path) as stream:
        assert len([*stream]) == 72

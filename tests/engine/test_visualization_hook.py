"""Pictures of what was predicted."""

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS
from mmaction.structures import ActionDataSample
from mmaction.visualization import ActionVisualizer

from stnet_mm.engine import StNetVisualizationHook

CLASSES = ('run', 'jump', 'sit')


@pytest.fixture
def visualizer(tmp_path):
    visualizer = ActionVisualizer.get_instance(
        f'visualizer_{tmp_path.name}',
        vis_backends=[dict(type='mmaction.LocalVisBackend')],
        save_dir=str(tmp_path / 'backend'),
    )
    visualizer.dataset_meta = dict(classes=CLASSES)
    return visualizer


def red(*shape):
    """Frames of one red, colors at the given axis."""
    frames = torch.zeros(shape, dtype=torch.uint8)
    frames[:, 0] = 200
    return frames


def sample(label, predicted):
    score = torch.full((3,), 0.1)
    score[predicted] = 0.8
    made = ActionDataSample().set_gt_label(label)
    return made.set_pred_label(predicted).set_pred_score(score)


def draw(visualizer, batches, **options):
    hook = StNetVisualizationHook(enable=True, interval=1, **options)
    for i, (inputs, samples) in enumerate(batches):
        hook.after_test_iter(None, i, dict(inputs=inputs), samples)


def pictures(folder):
    paths = sorted(folder.glob('frames_0/*.png'), key=lambda p: int(p.stem))
    return [cv2.imread(str(path))[..., ::-1] for path in paths]


@pytest.mark.parametrize(
    ('shape', 'count'),
    # 2-D: frames. 3-D: views, of which the first is drawn.
    [((6, 3, 48, 64), 6), ((2, 3, 8, 48, 64), 8), ((90, 3, 48, 64), 32)],
)
def test_frames_are_drawn_as_they_were_seen(
    visualizer, tmp_path, shape, count
):
    batches = [([red(*shape)], [sample(0, 0)])]
    draw(visualizer, batches, out_dir=str(tmp_path / 'out'))
    (folder,) = (tmp_path / 'out').iterdir()
    drawn = pictures(folder)
    assert len(drawn) == count
    for picture in drawn:
        assert picture.shape == (256, 341, 3)  # legible
        # Below the text.
        assert np.abs(picture[-40:] - np.array([200, 0, 0])).max() <= 1


def test_truth_and_prediction_are_written_on_them(visualizer, tmp_path):
    shown = []
    for number, made in enumerate((sample(0, 0), sample(0, 1), sample(2, 1))):
        out = tmp_path / str(number)
        draw(visualizer, [([red(1, 3, 64, 64)], [made])], out_dir=str(out))
        (folder,) = out.iterdir()
        shown.append(pictures(folder)[0])
    assert (shown[0] != shown[1]).any()
    assert (shown[1] != shown[2]).any()


def test_every_nth_video_by_number_and_name(visualizer, tmp_path):
    samples = [sample(0, 1) for _ in range(5)]
    samples[4].set_metainfo(dict(filename='some/folder/video.mp4'))
    video = red(1, 3, 64, 64)
    # The last batch is smaller.
    batches = [
        ([video, video], samples[:2]),
        ([video, video], samples[2:4]),
        ([video], samples[4:]),
    ]
    hook = StNetVisualizationHook(
        enable=True, interval=2, out_dir=str(tmp_path / 'out')
    )
    for i, (inputs, made) in enumerate(batches):
        hook.after_test_iter(None, i, dict(inputs=inputs), made)
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert names == ['00000_0', '00002_0', '00004_video_0']


def test_arguments_of_the_visualizer(visualizer, tmp_path):
    video = [([red(1, 3, 64, 64)], [sample(0, 1)])]
    out = str(tmp_path / 'out')
    draw(visualizer, video, out_dir=out, target_resolution=(300, 280))
    (folder,) = (tmp_path / 'out').iterdir()
    assert pictures(folder)[0].shape == (280, 300, 3)


def test_names_have_no_dots(visualizer, tmp_path):
    made = sample(0, 1)
    made.set_metainfo(dict(frame_dir='frames/clip.v2.1'))
    out = str(tmp_path / 'out')
    draw(visualizer, [([red(1, 3, 64, 64)], [made])], out_dir=out)
    assert [p.name for p in (tmp_path / 'out').iterdir()] == [
        '00000_clip_v2_0'
    ]


def test_backends_take_what_has_no_folder(visualizer, tmp_path):
    draw(visualizer, [([red(2, 3, 64, 64)], [sample(0, 1)])])
    assert len([*(tmp_path / 'backend').rglob('*.png')]) == 2


def test_off_by_default(visualizer, tmp_path):
    hook = StNetVisualizationHook(out_dir=str(tmp_path / 'out'))
    video, made = red(2, 3, 64, 64), sample(0, 1)
    hook.after_test_iter(None, 0, dict(inputs=[video]), [made])
    assert not (tmp_path / 'out').exists()


def test_it_takes_the_place_of_the_hook_that_fails():
    assert HOOKS.get('VisualizationHook') is StNetVisualizationHook

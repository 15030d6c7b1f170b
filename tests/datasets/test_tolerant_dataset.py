"""What becomes of videos that cannot be read."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.models.heads import TSNHead
from mmengine.dataset import pseudo_collate, worker_init_fn
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope
from torch.utils.data import DataLoader

from stnet_mm.datasets import StNetVideoDataset
from stnet_mm.errors import StNetInputError
from stnet_mm.evaluation import StNetAccMetric

from ..videos import write_video

PIPELINE = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=2, num_clips=2),
    dict(type='StNetVideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('filename',)),
]
LABELS = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
BAD = (3, 8)


@pytest.fixture(autouse=True)
def scope():
    """The scope that a Runner sets, in which pipelines are built."""
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@pytest.fixture(scope='module')
def root(tmp_path_factory) -> Path:
    """Twelve videos of two classes; two of them are damaged."""
    root = tmp_path_factory.mktemp('data')
    for i in range(len(LABELS)):
        write_video(root / f'{i}.mp4', 6 + i, size=16)
    for i in BAD:
        (root / f'{i}.mp4').write_bytes(b'no video')
    lines = [f'{i}.mp4 {label}\n' for i, label in enumerate(LABELS)]
    (root / 'list.txt').write_text(''.join(lines))
    return root


def build(root: Path, **kwargs) -> StNetVideoDataset:
    kwargs.setdefault('bad_share', 0.5)
    return StNetVideoDataset(
        ann_file=str(root / 'list.txt'),
        data_prefix=dict(video=str(root)),
        pipeline=PIPELINE,
        **kwargs,
    )


def number(sample: dict) -> int:
    """Number of the video that a sample comes from."""
    return int(Path(sample['data_samples'].filename).stem)


@pytest.fixture
def warnings():
    """The warnings that are logged in this process."""
    messages = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())
    logger = MMLogger.get_current_instance()
    logger.addHandler(handler)
    yield messages
    logger.removeHandler(handler)


def test_by_default_it_stops_and_says_what_to_do(root):
    data = build(root)
    assert number(data[2]) == 2
    with pytest.raises(StNetInputError) as caught:
        data[3]
    text = str(caught.value)
    assert text.startswith(f'{root}/3.mp4: it cannot be opened as a video')
    assert "on_bad_video='skip'" in text
    assert f'check_videos.py {root}/list.txt --root {root}`' in text
    assert '\n' not in text


@pytest.mark.parametrize('policy', ['skip', 'replace'])
def test_another_video_takes_its_place(root, warnings, policy):
    data = build(root, on_bad_video=policy)
    taken = {}
    for i in BAD:
        np.random.seed(1)
        taken[i] = [number(data[i]) for _ in range(20)]
        np.random.seed(1)
        assert [number(data[i]) for _ in range(20)] == taken[i]
        assert not {*taken[i]} & {*BAD}
        assert len({*taken[i]}) > 2
        labels = {LABELS[other] for other in taken[i]}
        assert labels == ({LABELS[i]} if policy == 'replace' else {0, 1})
        assert data[i]['data_samples'].gt_label.item() in labels
    assert data.bad_videos == [f'{root}/{i}.mp4' for i in BAD]
    # Each is logged once, with their number so far.
    assert len(warnings) == 2
    for i, count, text in zip(BAD, (1, 2), warnings):
        assert text.startswith(f'{root}/{i}.mp4: ')
        assert text.endswith(f'it is left out ({count} of 12 videos)')


def test_replacing_the_only_video_of_a_class(root, tmp_path):
    (tmp_path / 'list.txt').write_text('3.mp4 1\n4.mp4 0\n')
    data = StNetVideoDataset(
        ann_file=str(tmp_path / 'list.txt'),
        data_prefix=dict(video=str(root)),
        pipeline=PIPELINE,
        on_bad_video='replace',
        bad_share=0.5,
    )
    assert number(data[0]) == 4


def test_too_many_stop_it(root):
    data = build(root, on_bad_video='skip', bad_share=0.1)
    assert number(data[3]) != 3  # 1 of 12
    with pytest.raises(
        StNetInputError, match=r'^2 of 12 videos .* bad_share=0.1, .*8.mp4'
    ):
        data[8]


def test_workers_share_what_they_know(root, tmp_path):
    data = build(root, on_bad_video='skip')
    handler = logging.FileHandler(tmp_path / 'log')
    MMLogger.get_current_instance().addHandler(handler)

    def epoch():
        loader = DataLoader(
            data,
            batch_size=2,
            num_workers=2,
            collate_fn=pseudo_collate,
            worker_init_fn=lambda i: worker_init_fn(i, 2, 0, 5),
        )
        return [
            sample.filename
            for batch in loader
            for sample in batch['data_samples']
        ]

    names = epoch()
    assert epoch() == names
    good = [i for i in range(12) if i not in BAD]
    assert [names[i] for i in good] == [f'{root}/{i}.mp4' for i in good]
    assert not {*names} & {f'{root}/{i}.mp4' for i in BAD}
    # Their main process knows, and the second epoch logged nothing.
    assert data.bad_videos == [f'{root}/{i}.mp4' for i in BAD]
    MMLogger.get_current_instance().removeHandler(handler)
    log = (tmp_path / 'log').read_text()
    for i in BAD:
        assert log.count(f'{root}/{i}.mp4: ') == 1


@pytest.mark.parametrize('policy', ['skip', 'replace'])
def test_in_testing_it_counts_as_wrong(root, warnings, policy):
    data = build(root, on_bad_video=policy, test_mode=True)
    head = TSNHead(num_classes=2, in_channels=4, average_clips='prob')
    metric = StNetAccMetric()
    for i in range(len(data)):
        sample = data[i]['data_samples']
        assert number(data[i]) == i
        assert sample.gt_label.item() == LABELS[i]
        # A perfect network, if it sees the video.
        logits = torch.tensor([[9.0, 0], [0, 9]])[[LABELS[i]]]
        (result,) = head.predict_by_feat(logits, [sample.to('cpu')])
        right = result.pred_label.item() == LABELS[i]
        assert right == (i not in BAD)
        assert (result.pred_score >= 0).all()
        assert result.pred_score.sum().item() == pytest.approx(1, abs=1e-6)
        metric.process(None, [result.to_dict()])
    values = metric.evaluate(len(data))
    assert values['acc/top1'] == pytest.approx(10 / 12)
    assert values['acc/mean1'] == pytest.approx(10 / 12)
    assert warnings[-1] == (
        '2 of 12 videos could not be read and count as wrong: '
        f'{root}/3.mp4, {root}/8.mp4'
    )


def test_of_several_labels_none_is_predicted(root, tmp_path):
    (tmp_path / 'list.txt').write_text('3.mp4 0 2\n4.mp4 1\n')
    data = StNetVideoDataset(
        ann_file=str(tmp_path / 'list.txt'),
        data_prefix=dict(video=str(root)),
        pipeline=PIPELINE,
        multi_class=True,
        num_classes=3,
        test_mode=True,
        on_bad_video='skip',
        bad_share=0.5,
    )
    sample = data[0]['data_samples']
    assert sample.gt_label.tolist() == [1, 0, 1]
    sample.set_pred_score(torch.tensor([0.9, 0.1, 0.9]))
    assert sample.pred_score.tolist() == [0, 0, 0]


def test_max_refetch_means_what_it_says(root, tmp_path):
    assert build(root, max_refetch=5).on_bad_video == 'skip'
    assert build(root).on_bad_video == 'error'
    lines = ['3.mp4 0\n'] * 6 + ['4.mp4 0\n']
    (tmp_path / 'list.txt').write_text(''.join(lines))
    data = StNetVideoDataset(
        ann_file=str(tmp_path / 'list.txt'),
        data_prefix=dict(video=str(root)),
        pipeline=PIPELINE,
        max_refetch=2,
        bad_share=1,
    )
    np.random.seed(0)
    found = []
    for _ in range(30):
        try:
            found.append(number(data[0]))
        except StNetInputError as error:
            found.append('nor can any other video' in str(error))
    # The good one is among two of six in a third of all cases.
    assert {*found} == {4, True}


def test_errors_that_name_no_video_stop_it(root):
    data = build(root, on_bad_video='skip')
    data.pipeline.transforms[1] = lambda results: 1 / 0
    with pytest.raises(ZeroDivisionError):
        data[0]

    def fail(results):
        raise StNetInputError('a wrong setting')

    data.pipeline.transforms[1] = fail
    with pytest.raises(StNetInputError, match='^a wrong setting$'):
        data[0]


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(on_bad_video='ignore'), 'on_bad_video'),
        (dict(on_bad_video='error', max_refetch=3), 'max_refetch=3'),
        (dict(on_bad_video='skip', bad_share=2), 'bad_share=2'),
    ],
)
def test_wrong_settings(root, settings, message):
    with pytest.raises(StNetInputError, match=message):
        build(root, **settings)

"""Lists, wrappers, labels and settings, through the tools."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
import torch

from .conftest import custom_config, fail_tool, run_tool

SETTINGS = dict(
    num_classes=3,
    data_root='data',
    crop_size=32,
    num_segments=2,
    num_frames=3,
    batch_size=4,
    num_workers=0,
    max_iters=3,
    val_interval=3,
)
WRAPPED = """
val_dataloader['dataset'] = dict(
    type='ConcatDataset', datasets=[val_dataloader['dataset']] * 2
)
test_dataloader['dataset'] = dict(
    type='ClassBalancedDataset',
    oversample_thr=0.1,  # no class is as rare
    dataset=dict(
        type='RepeatDataset', times=2, dataset=test_dataloader['dataset']
    ),
)
train_dataloader['dataset'] = dict(
    type='RepeatDataset',
    times=2,
    dataset=dict(
        type='ClassBalancedDataset',
        oversample_thr=0.5,
        dataset=dict(
            type='ConcatDataset', datasets=[train_dataloader['dataset']] * 2
        ),
    ),
)
"""
OTHER_NAMES = """
_other = dict(test_dataloader['dataset'], metainfo=dict(classes=[*'xyz']))
test_dataloader['dataset'] = dict(
    type='ConcatDataset', datasets=[test_dataloader['dataset'], _other]
)
"""
SEVERAL = """
for _loader in (train_dataloader, val_dataloader, test_dataloader):
    _loader['dataset']['multi_class'] = True
model['cls_head'].update(
    multi_class=True,
    loss_cls=dict(type='BCELossWithLogits'),
    average_clips=AVERAGE,
)
"""
VIDEO = 'data/videos/val_0_0.mp4'


def options(*settings: str) -> tuple:
    return ('--cfg-options', *settings)


def test_variables_take_effect(workshop):
    out = run_tool(
        *('train', 'config.py', '--work-dir', 'varied', '--no-validate'),
        *options('batch_size=2', 'lr=0.25', 'max_iters=2'),
        cwd=workshop,
    )
    assert 'Iter(train) [2/2]' in out
    assert 'lr: 1.0000e-02' in out  # 4 % of it, at first
    text = (workshop / 'varied' / 'config.py').read_text()
    assert 'batch_size=2' in text
    assert 'batch_size=4' not in text


@pytest.mark.parametrize(
    ('option', 'hint'),
    [
        ('batchsize=2', 'did you mean batch_size?'),
        ('loader.batch_size=2', 'train_dataloader'),
        ('model.cls_head.num_class=3', 'did you mean num_classes?'),
        ('train_dataloader.batchsize=2', "unexpected keyword argument 'batc"),
    ],
)
def test_options_without_effect(workshop, option, hint):
    error = fail_tool(
        *('train', 'config.py', '--work-dir', 'refused'),
        *options(option),
        cwd=workshop,
    )
    assert hint in error


def test_no_workers(workshop, checkpoint):
    custom_config(workshop / 'two.py', **dict(SETTINGS, num_workers=2))
    run_tool(
        *('test', 'two.py', checkpoint, '--work-dir', 'refused'),
        *options('test_dataloader.num_workers=0'),
        cwd=workshop,
    )


def test_lists_without_labels(workshop, checkpoint):
    (workshop / 'data' / 'bare.txt').write_text(
        ''.join(f'videos/val_{i}_0.mp4\n' for i in range(3))
    )
    option = options('test_dataloader.dataset.ann_file=data/bare.txt')
    args = ('test', 'config.py', checkpoint, '--work-dir', 'bare')
    out = run_tool(*args, '--dump', 'bare.pkl', *option, cwd=workshop)
    assert 'data/bare.txt has no labels, so there is nothing to score' in out
    assert 'acc/' not in out
    with open(workshop / 'bare.pkl', 'rb') as file:
        assert len(pickle.load(file)) == 3
    error = fail_tool(*args, '--report', 'bare_report', *option, cwd=workshop)
    assert 'nothing to report' in error
    error = fail_tool(
        *('train', 'config.py', '--work-dir', 'bare'),
        *options('val_dataloader.dataset.ann_file=data/bare.txt'),
        cwd=workshop,
    )
    assert 'data/bare.txt has no labels' in error


@pytest.mark.parametrize(
    ('setting', 'hint'),
    [
        ('num_classes=5', '3 class names, the model 5 classes'),
        ('num_classes=2', '3 class names, the model 2 classes'),
        ('class_names=gone.txt', 'data/gone.txt: there is no such file'),
        (
            'model.cls_head.loss_cls.class_weight=[1,2]',
            'class_weight of the loss has 2 values for 3 classes',
        ),
        (
            'train_dataloader.dataset.metainfo.classes=[a,b]',
            'line 9: label 2 is beyond the 2 classes',
        ),
        ('val_dataloader.drop_last=True', 'would leave videos out'),
        (
            'val_dataloader.sampler.type=InfiniteSampler',
            'the epoch would not end',
        ),
        ('model.cls_head.average_clips=None', 'apart, of which there is no'),
    ],
)
def test_checks_before_training(workshop, setting, hint):
    loss = 'model.cls_head.loss_cls.type=CrossEntropyLoss'
    error = fail_tool(
        *('train', 'config.py', '--work-dir', 'checked'),
        *options(loss, setting),
        cwd=workshop,
    )
    assert hint in error
    assert not [*(workshop / 'checked').glob('*.pth')]


def test_labels_without_names(workshop):
    text = (workshop / 'config.py').read_text()
    (workshop / 'nameless.py').write_text(
        text + '\nfor _l in (train_dataloader, val_dataloader):\n'
        "    del _l['dataset']['metainfo']\n"
    )
    lines = (workshop / 'data' / 'train.txt').read_text()
    path = workshop / 'data' / 'beyond.txt'
    path.write_text(lines.replace(' 2\n', ' 3\n'))
    error = fail_tool(
        *('train', 'nameless.py', '--work-dir', 'checked'),
        *options('train_dataloader.dataset.ann_file=data/beyond.txt'),
        cwd=workshop,
    )
    assert 'data/beyond.txt: label 3 is beyond the 3 classes' in error


def test_wrappers(workshop, checkpoint):
    text = (workshop / 'config.py').read_text()
    (workshop / 'wrapped.py').write_text(text + WRAPPED)
    run_tool('train', 'wrapped.py', '--work-dir', 'wrapped', cwd=workshop)
    run_tool(
        *('test', 'wrapped.py', checkpoint, '--work-dir', 'wrapped'),
        *('--report', 'wrapped_report', '--report-mistakes', 1),
        cwd=workshop,
    )
    report = json.loads((workshop / 'wrapped_report/report.json').read_text())
    assert report['videos'] == 12
    files = [found['file'] for found in report['predictions']]
    assert files[:6] == files[6:]
    scores = []
    for config in ('config.py', 'wrapped.py'):
        args = ('predict', config, checkpoint, VIDEO, '--json', 'p.json')
        run_tool(*args, cwd=workshop)
        scores.append(json.loads((workshop / 'p.json').read_text()))
    assert scores[0] == scores[1]


def test_classes_in_another_order(workshop, checkpoint):
    names = workshop / 'data' / 'classes.txt'
    lines = names.read_text().splitlines(keepends=True)
    (workshop / 'data' / 'turned.txt').write_text(''.join(lines[::-1]))
    option = options(
        'test_dataloader.dataset.metainfo.classes=data/turned.txt'
    )
    error = fail_tool(
        *('test', 'config.py', checkpoint, *option), cwd=workshop
    )
    assert "class 'kind2' is number 0 of data/val.txt" in error
    assert f'number 2 of {checkpoint}' in error
    option = options('val_dataloader.dataset.metainfo.classes=data/turned.txt')
    error = fail_tool(
        *('train', 'config.py', '--work-dir', 'refused', *option),
        cwd=workshop,
    )
    assert 'number 0 of data/val.txt, but number 2 of data/train.txt' in error


def test_joined_lists_of_other_classes(workshop, checkpoint):
    text = (workshop / 'config.py').read_text()
    (workshop / 'joined.py').write_text(text + OTHER_NAMES)
    error = fail_tool('test', 'joined.py', checkpoint, cwd=workshop)
    assert 'does not match meta information of the first' in error


@pytest.fixture(scope='module')
def several(workshop):
    """A config of several labels a video, and its model."""
    for split in ('train', 'val'):
        lines = (workshop / 'data' / f'{split}.txt').read_text().splitlines()
        (workshop / 'data' / f'{split}_several.txt').write_text(
            ''.join(
                f'{line} {0 if not line.endswith(" 0") else 2}\n'
                for line in lines
            )
        )
    lists = {f'{split}_list': 'val_several.txt' for split in ('val', 'test')}
    for average in ('prob', 'score'):
        path = custom_config(
            workshop / f'several_{average}.py',
            **dict(SETTINGS, **lists, train_list='train_several.txt'),
        )
        text = path.read_text() + SEVERAL.replace('AVERAGE', repr(average))
        path.write_text(text)
    out = run_tool(
        *('train', 'several_prob.py', '--work-dir', 'several'), cwd=workshop
    )
    assert 'acc/mean_average_precision' in out
    assert 'top1' not in out
    return workshop / 'several' / 'iter_3.pth'


def test_several_labels(workshop, several):
    found = []
    for average in ('prob', 'score'):
        out = run_tool(
            *('predict', f'several_{average}.py', several, VIDEO),
            *('--json', 'several.json'),
            cwd=workshop,
        )
        (result,) = json.loads((workshop / 'several.json').read_text())
        scores = {p['name']: p['score'] for p in result['predictions']}
        assert out.count('%') == 3
        assert all(0 <= score <= 1 for score in scores.values())
        found.append(scores)
    # One view: the mean of sigmoids is the sigmoid of the mean.
    assert found[0] == pytest.approx(found[1])
    assert sum(found[0].values()) != pytest.approx(1, abs=1e-4)


def test_a_page_of_several_labels(workshop, several):
    args = ('predict', 'several_prob.py', several, VIDEO, '--json', 'q.json')
    run_tool(*args, '--topk', 3, cwd=workshop)
    (result,) = json.loads((workshop / 'q.json').read_text())
    labels = [p['label'] for p in result['predictions'] if p['score'] >= 0.5]
    for wrong in (False, True):
        truth = [label for label in range(3) if (label in labels) != wrong]
        (workshop / 'truth.txt').write_text(
            ' '.join(map(str, [VIDEO, *truth])) + '\nother.mp4 0 1\n'
        )
        run_tool(
            *(*args, '--html', 'q.html', '--truth', 'truth.txt'), cwd=workshop
        )
        page = (workshop / 'q.html').read_text()
        assert f'{1 - wrong} of 1 correct' in page


def test_thresholds(workshop, several):
    args = ('predict', 'several_prob.py', several, VIDEO, '--json', 't.json')
    run_tool(*args, cwd=workshop)
    (result,) = json.loads((workshop / 't.json').read_text())
    scores = [p['score'] for p in result['predictions']]
    run_tool(*args, '--threshold', scores[1], cwd=workshop)
    (result,) = json.loads((workshop / 't.json').read_text())
    assert [p['score'] for p in result['predictions']] == scores[:2]
    state = torch.load(several, map_location='cpu', weights_only=False)
    (bias,) = (k for k in state['state_dict'] if k.endswith('fc_cls.bias'))
    state['state_dict'][bias] -= 50  # unsure of every class
    unsure = workshop / 'several' / 'unsure.pth'
    torch.save(state, unsure)
    args = ('predict', 'several_prob.py', unsure, VIDEO)
    assert 'no class has 50%' in run_tool(
        *args, '--threshold', 0.5, cwd=workshop
    )


def test_report_of_several_labels(workshop, several):
    for average in ('prob', 'score'):
        run_tool(
            *('test', f'several_{average}.py', several, '--work-dir', 'x'),
            *('--report', 'several_report', '--json', 'metrics.json'),
            cwd=workshop,
        )
        metrics = json.loads((workshop / 'metrics.json').read_text())
        path = workshop / 'several_report' / 'report.json'
        report = json.loads(path.read_text())
        assert report['mean_average_precision'] == pytest.approx(
            metrics['acc/mean_average_precision'], abs=1e-5
        )
        scores = np.array([p['probabilities'] for p in report['predictions']])
        assert scores.min() >= 0
        assert scores.max() <= 1
        assert report['predictions'][0]['labels'] == [0, 2]
    page = (workshop / 'several_report' / 'index.html').read_text()
    assert 'mean average precision' in page


def test_scores_are_no_percentages(workshop, checkpoint):
    text = (workshop / 'config.py').read_text()
    (workshop / 'score.py').write_text(
        text + "\nmodel['cls_head']['average_clips'] = 'score'\n"
    )
    args = ('predict', 'score.py', checkpoint, VIDEO)
    out = run_tool(*args, '--html', 'score.html', cwd=workshop)
    assert 'kind0' in out
    assert '%' not in out
    page = (workshop / 'score.html').read_text()
    assert '%</b>' not in page
    error = fail_tool(*args, '--threshold', 0.5, cwd=workshop)
    assert "average_clips='prob'" in error
    out = run_tool(
        *('vis_cam', 'score.py', checkpoint, VIDEO, '--out', 'score_cam'),
        *('--format', 'html'),
        cwd=workshop,
    )
    assert '%' not in out
    run_tool(
        *('test', 'score.py', checkpoint, '--report', 'score_report'),
        *('--report-mistakes', 0),
        cwd=workshop,
    )
    path = workshop / 'score_report' / 'report.json'
    report = json.loads(path.read_text())
    assert report['calibration'] is None
    assert all('score' in p for p in report['predictions'])

import json
import pickle
import re
import signal

import numpy as np
import pytest
import torch

from ..videos import write_images
from .conftest import fail_tool, run_tool
from .processes import finish, run_quickly, start_tool, wait_for_line


def test_metrics_and_predictions(workshop, checkpoint):
    out = run_tool(
        'test',
        *('config.py', checkpoint),
        *('--dump', 'out.pkl', '--json', 'metrics.json'),
        cwd=workshop,
    )
    metrics = json.loads((workshop / 'metrics.json').read_text())
    # Three classes: no top-5.
    assert set(metrics) == {'acc/top1', 'acc/top3', 'acc/mean1'}
    assert f'acc/top1: {metrics["acc/top1"]:.4f}' in out
    with open(workshop / 'out.pkl', 'rb') as file:
        results = pickle.load(file)
    assert len(results) == 6
    hits = [
        r['pred_score'].argmax().item() == r['gt_label'].item()
        for r in results
    ]
    assert metrics['acc/top1'] == pytest.approx(sum(hits) / 6)


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        ('model.cls_head.num_classes=4', '3 class names, the model 4 classes'),
        ('model.backbone.trunk.depth=34', 'does not fit the model'),
        ('model.test_cfg.num_segments=4', 'M = 6, N = 3.*T = 4'),
        ('model.test_cfg.views_per_chunk=0', 'from 1, not 0'),
    ],
)
def test_wrong_config(workshop, checkpoint, option, message):
    error = fail_tool(
        'test', 'config.py', checkpoint, '--cfg-options', option, cwd=workshop
    )
    assert re.search(message, error), error


def test_files_that_cannot_be_written(workshop, checkpoint):
    error = fail_tool(
        *('test', 'config.py', checkpoint, '--json', 'data'),
        *('--work-dir', 'not_begun'),
        cwd=workshop,
    )
    assert 'data' in error
    assert not (workshop / 'not_begun').exists()


STOCK = """
_base_ = ['config.py']
model = dict(test_cfg=dict(_delete_=True, num_segments=2))
test_pipeline = [
    *_base_.test_pipeline[:3],
    dict(type='TenCrop', crop_size=24),
    *_base_.test_pipeline[3:],
]
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
"""


def test_ten_crops_are_options(workshop, checkpoint):
    """They give the scores of MMAction2's TenCrop in the pipeline."""
    # Not square, and different everywhere: each crop has its own score.
    rng = np.random.default_rng(0)
    lines = []
    for label, width in enumerate((16, 20)):
        images = rng.integers(0, 256, (18, 12, width, 3), np.uint8)
        # [18, 12, W, 3] -> [18, 48, 4 W, 3]
        images = images.repeat(4, axis=1).repeat(4, axis=2)
        write_images(workshop / 'data' / f'{label}.mp4', images)
        lines.append(f'{label}.mp4 {label}\n')
    (workshop / 'data' / 'two.txt').write_text(''.join(lines))
    (workshop / 'stock.py').write_text(STOCK)
    options = [
        'model.test_cfg.crops=ten',
        'model.test_cfg.crop_size=24',
    ]
    scores = []
    for config, crops, changed in (
        ('stock.py', [], []),
        ('config.py', [], options),
        ('config.py', ['--crops', 'ten', '--crop-size', 24], []),
    ):
        run_tool(
            *('test', config, checkpoint, '--dump', 'crops.pkl', *crops),
            *('--cfg-options', *changed),
            'test_dataloader.dataset.ann_file=data/two.txt',
            cwd=workshop,
        )
        with open(workshop / 'crops.pkl', 'rb') as file:
            scores.append([r['pred_score'] for r in pickle.load(file)])
    stock, *ours = (torch.stack(s) for s in scores)
    assert not torch.equal(stock[0], stock[1])
    for found in ours:
        assert (found - stock).norm() / stock.norm() < 1e-5


def test_crops_in_a_pipeline_that_crops(workshop, checkpoint):
    (workshop / 'crops.py').write_text(
        "_base_ = ['config.py']\n"
        'test_dataloader = dict(\n'
        '    dataset=dict(pipeline=_base_.val_pipeline)\n)\n'
    )
    error = fail_tool(
        *('test', 'crops.py', checkpoint, '--crops', 'ten'), cwd=workshop
    )
    assert 'crops already (CenterCrop)' in error


def test_drawing_predictions(workshop, checkpoint):
    run_tool(
        'test',
        *('config.py', checkpoint, '--show-dir', 'drawn', '--interval', 3),
        cwd=workshop,
    )
    folders = sorted((workshop / 'drawn').iterdir())
    assert [folder.name[:5] for folder in folders] == ['00000', '00003']
    # T=2 segments of N=3 frames.
    assert len([*folders[0].rglob('*.png')]) == 6


def test_wrong_checkpoint(workshop, checkpoint):
    (workshop / 'text.pth').write_text('not a checkpoint')
    (workshop / 'half.pth').write_bytes(checkpoint.read_bytes()[:9000])
    torch.save([1, 2], workshop / 'list.pth')
    for name in ('gone.pth', 'text.pth', 'half.pth', 'list.pth'):
        error = fail_tool('test', 'config.py', name, cwd=workshop)
        assert name in error
    assert 'gone.py' in fail_tool('test', 'gone.py', checkpoint, cwd=workshop)


def test_fast(workshop, checkpoint):
    scores = {}
    for name, options in (
        ('plain', []),
        ('fast', ['--fast', '--precision', 'fp32']),
        ('low', ['--fast']),
    ):
        run_tool(
            'test',
            'config.py',
            checkpoint,
            '--dump',
            f'{name}.pkl',
            *options,
            cwd=workshop,
        )
        with open(workshop / f'{name}.pkl', 'rb') as file:
            scores[name] = torch.stack(
                [result['pred_score'] for result in pickle.load(file)]
            )
    assert torch.allclose(scores['fast'], scores['plain'], atol=1e-4)
    assert torch.allclose(scores['low'], scores['plain'], atol=0.1)
    status, _, err = run_quickly(
        'test', 'config.py', checkpoint, '--compile', cwd=workshop
    )
    assert '--fast: add it' in err
    assert status == 2


def test_resume(workshop, checkpoint):
    # Enough videos for a signal to come amid them.
    lines = (workshop / 'data' / 'val.txt').read_text()
    (workshop / 'data' / 'long.txt').write_text(lines * 15)
    args = ('config.py', checkpoint, '--work-dir', 'told')
    options = (
        *('--cfg-options', 'test_dataloader.batch_size=1'),
        'test_dataloader.dataset.ann_file=data/long.txt',
    )
    whole = ('--dump', 'whole.pkl', '--json', 'whole.json')
    run_tool('test', *args, *whole, *options, cwd=workshop)

    rest = ('--dump', 'rest.pkl', '--json', 'rest.json')
    process = start_tool('test', *args, *rest, *options, cwd=workshop)
    wait_for_line(process, 'Iter(test) [ 2/90]')
    process.send_signal(signal.SIGTERM)
    status, _, err = finish(process)
    assert status == 128 + signal.SIGTERM, err
    assert 'SIGTERM: ending after this batch' in err
    assert not (workshop / 'rest.json').exists()
    out = run_tool('test', *args, *rest, '--resume', *options, cwd=workshop)
    known = int(re.search(r'(\d+) results are known', out)[1])
    assert 2 <= known < 90
    assert out.count('Iter(test) [') == 90 - known + 1  # and the metrics
    results = []
    for name in ('whole', 'rest'):
        with open(workshop / f'{name}.pkl', 'rb') as file:
            results.append([p['pred_score'] for p in pickle.load(file)])
    assert torch.equal(*map(torch.stack, results))
    metrics = [(workshop / f'{n}.json').read_text() for n in ('whole', 'rest')]
    assert metrics[0] == metrics[1]
    assert not (workshop / 'told' / 'test_progress').exists()

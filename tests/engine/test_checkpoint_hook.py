import os
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import torch
from mmengine.runner import BaseLoop

from stnet_mm.engine import (
    StNetCheckpointHook,
    check_checkpoint,
    checkpoint_hook,
)
from stnet_mm.engine.checkpoint_hook import AtomicLocalBackend
from stnet_mm.errors import StNetInputError

from ..models.tiny import tiny_backbone, tiny_recognizer


def checkpoint_of(model):
    return {
        'state_dict': {k: v.clone() for k, v in model.state_dict().items()}
    }


def test_write_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / 'epoch_1.pth'
    backend = AtomicLocalBackend()
    backend.put(b'old', path)

    def fail(*args):
        raise OSError('no space left')

    monkeypatch.setattr(os, 'fsync', fail)
    with pytest.raises(OSError, match='no space'):
        backend.put(b'new', path)
    assert path.read_bytes() == b'old'
    assert os.listdir(tmp_path) == ['epoch_1.pth']


def test_own_checkpoint_fits():
    model = tiny_recognizer()
    checkpoint = checkpoint_of(model)
    check_checkpoint(model, checkpoint, 'a.pth')
    # As DistributedDataParallel saves it, and without BatchNorm's counters.
    state = {
        f'module.{k}': v
        for k, v in checkpoint['state_dict'].items()
        if 'num_batches_tracked' not in k
    }
    check_checkpoint(model, state, 'a.pth')


@pytest.mark.parametrize(
    'backbone',
    [
        dict(trunk=dict(type='StNetSlimResNet', depth=34, base_channels=8)),
        dict(num_frames=5),
        dict(temporal_stages=('layer3',)),
    ],
)
@pytest.mark.parametrize('finetune', [True, False])
def test_another_network(backbone, finetune):
    other = checkpoint_of(tiny_recognizer(tiny_backbone(**backbone)))
    with pytest.raises(StNetInputError, match='a.pth does not fit'):
        check_checkpoint(tiny_recognizer(), other, 'a.pth', finetune)


def test_other_classes():
    model = tiny_recognizer()
    checkpoint = checkpoint_of(tiny_recognizer(num_classes=9))
    with pytest.raises(StNetInputError, match='a.pth has 9 classes.* 6'):
        check_checkpoint(model, checkpoint, 'a.pth')
    before = set(checkpoint['state_dict'])
    check_checkpoint(model, checkpoint, 'a.pth', finetune=True)
    dropped = before - set(checkpoint['state_dict'])
    assert dropped == {'cls_head.fc_cls.weight', 'cls_head.fc_cls.bias'}


def test_tidying_after_a_kill(tmp_path):
    hook = StNetCheckpointHook(interval=1)
    runner = SimpleNamespace(
        work_dir=str(tmp_path),
        _load_from=None,
        _resume=True,
        _train_loop=Mock(spec=BaseLoop),
    )
    hook.before_run(runner)  # an empty folder is fine
    assert not runner._resume
    for epoch in (1, 2):
        torch.save({'state_dict': {}}, tmp_path / f'epoch_{epoch}.pth')
        os.utime(tmp_path / f'epoch_{epoch}.pth', (epoch, epoch))
    (tmp_path / '.epoch_3.pth.0123.tmp').write_bytes(b'half')
    # MMEngine's note may have been cut short.
    (tmp_path / 'last_checkpoint').write_text('')
    runner._resume = True
    hook.before_run(runner)
    assert runner._load_from == str(tmp_path / 'epoch_2.pth')
    assert runner._resume
    assert not list(tmp_path.glob('.*'))


def test_a_test_leaves_what_a_training_writes(tmp_path):
    written = tmp_path / '.epoch_3.pth.0123.tmp'
    written.write_bytes(b'half')
    runner = SimpleNamespace(
        work_dir=str(tmp_path), _load_from='', _resume=False, _train_loop=None
    )
    StNetCheckpointHook(interval=1).before_run(runner)
    assert written.exists()


def test_all_processes_hear_that_all_are_damaged(tmp_path, monkeypatch):
    (tmp_path / 'iter_3.pth').write_bytes(b'damaged')
    runner = SimpleNamespace(
        _resume=True, _load_from=None, work_dir=str(tmp_path)
    )
    told = []
    monkeypatch.setattr(checkpoint_hook, 'broadcast_object_list', told.append)
    with pytest.raises(StNetInputError, match='all checkpoints .* damaged'):
        StNetCheckpointHook().before_run(runner)
    ((error,),) = told
    monkeypatch.setattr(checkpoint_hook, 'is_main_process', lambda: False)

    def hear(found):
        found[0] = error

    monkeypatch.setattr(checkpoint_hook, 'broadcast_object_list', hear)
    with pytest.raises(StNetInputError, match='all checkpoints .* damaged'):
        StNetCheckpointHook().before_run(runner)

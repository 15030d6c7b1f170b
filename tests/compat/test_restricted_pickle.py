"""The unpickler that old versions of torch read checkpoints by."""

from __future__ import annotations

import io
import os
import pickle
import shutil
from collections import OrderedDict

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer

from stnet_mm.compat import restricted_pickle


class Call:
    """Pickled, it is a call, and perhaps state that is set then."""

    def __init__(self, *reduced) -> None:
        self._reduced = reduced

    def __reduce__(self) -> tuple:
        return self._reduced


def load(buffer: io.BytesIO) -> object:
    buffer.seek(0)
    return torch.load(
        buffer, weights_only=False, pickle_module=restricted_pickle
    )


def save(content: object, zipped: bool = True) -> io.BytesIO:
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=zipped)
    return buffer


@pytest.mark.parametrize('zipped', [True, False])
def test_what_a_runner_saves_is_read(zipped):
    model = torch.nn.Linear(3, 2).half()
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 3).half()).sum().backward()
    optimizer.step()
    content = dict(
        state_dict=model.state_dict(),
        optimizer=optimizer.state_dict(),
        loss=HistoryBuffer([1.5, 2.5], [1, 1]),
        score=np.float64(0.5),
        parameter=torch.nn.Parameter(torch.ones(2)),
        plain=OrderedDict(a=[1, 2.5, None, True, b'bytes', {'set'}]),
        kinds=(torch.bfloat16, torch.Size([2]), torch.device('cpu')),
    )
    found = load(save(content, zipped))
    assert found['loss'].mean() == 2
    assert torch.equal(found['state_dict']['weight'], model.weight)
    assert found['state_dict']._metadata == content['state_dict']._metadata
    state = found['optimizer']['state'][0]
    assert torch.equal(
        state['exp_avg'], optimizer.state[model.weight]['exp_avg']
    )
    for key in ('score', 'plain', 'kinds'):
        assert found[key] == content[key]
    assert torch.equal(found['parameter'], content['parameter'])


@pytest.mark.parametrize('protocol', [0, 2, 4])
@pytest.mark.parametrize(
    'call',
    [
        lambda path: (os.mkdir, (path,)),
        lambda path: (eval, (f'__import__("os").mkdir({path!r})',)),
        lambda path: (getattr, (HistoryBuffer, '__init__')),
        lambda path: (getattr, (OrderedDict, 'fromkeys')),
        lambda path: (shutil.copytree, ('.', path)),
        lambda path: (torch.hub.load, (path, 'x')),
        lambda path: (HistoryBuffer.register_statistics, (print,)),
    ],
)
def test_all_else_is_refused(tmp_path, protocol, call):
    path = tmp_path / 'harm'
    data = pickle.dumps(Call(*call(str(path))), protocol=protocol)
    with pytest.raises(pickle.UnpicklingError, match='refused'):
        restricted_pickle.load(io.BytesIO(data))
    if protocol == 2:
        for zipped in (True, False):
            with pytest.raises(pickle.UnpicklingError, match='refused'):
                load(save(Call(*call(str(path))), zipped))
    assert not path.exists()


@pytest.mark.parametrize(
    'target', [b'cmmengine.logging\nHistoryBuffer\n', b'ctorch\nSize\n']
)
def test_classes_are_not_changed(target):
    name = b'X\x04\x00\x00\x00mean'
    code = b'\x80\x02' + target.replace(
        b'logging\n', b'logging.history_buffer\n'
    )
    # BUILD with (None, {'mean': None}) sets the attribute.
    code += b'N}' + name + b'Ns\x86b.'
    before = HistoryBuffer.mean
    with pytest.raises(pickle.UnpicklingError, match='set the state'):
        restricted_pickle.load(io.BytesIO(code))
    assert HistoryBuffer.mean is before

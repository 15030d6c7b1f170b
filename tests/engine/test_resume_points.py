"""Checkpoints to go on from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from stnet_mm.engine.resume_points import is_whole, newest_whole, prune, tidy
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.atomic import temporary_name


def save(path: Path, time: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({'state_dict': {'a': torch.rand(1000)}}, path)
    os.utime(path, (time, time))
    return path


def damage(path: Path, place: int) -> None:
    """Flip a byte; the file stays as old as it is."""
    times = os.stat(path).st_atime, os.stat(path).st_mtime
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    os.utime(path, times)


def test_damage_of_every_kind_is_seen(tmp_path):
    path = save(tmp_path / 'iter_1.pth', 1)
    data = path.read_bytes()
    assert is_whole(path)
    for length in (0, 1, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        assert not is_whole(path)
    # In the middle of the weights.
    path.write_bytes(data)
    damage(path, len(data) // 2)
    assert not is_whole(path)
    assert not is_whole(tmp_path / 'none.pth')


def test_the_newest(tmp_path):
    assert newest_whole(tmp_path) is None
    first = save(tmp_path / 'epoch_1.pth', 10)
    second = save(tmp_path / 'resume' / 'iter_30.pth', 20)
    save(tmp_path / 'best_acc_epoch_1.pth', 30)  # has no optimizer
    assert newest_whole(tmp_path) == second
    size = os.path.getsize(second)
    damage(second, size // 2)
    assert newest_whole(tmp_path) == first
    damage(first, size // 2)
    with pytest.raises(StNetInputError, match='all checkpoints in .* damaged'):
        newest_whole(tmp_path)
    # MMEngine's note names one elsewhere.
    other = save(tmp_path / 'other' / 'iter_7.pth', 5)
    (tmp_path / 'last_checkpoint').write_text(str(other))
    assert newest_whole(tmp_path) == other


@pytest.mark.parametrize('name', ['iter_10.pth', 'resume/iter_10.pth'])
def test_the_newest_of_a_copy(tmp_path, name):
    """Files of a copy may have any times, and the note names the original."""
    noted = save(tmp_path / 'copy' / name, 1)
    other = save(tmp_path / 'copy' / 'iter_9.pth', 2)
    note = tmp_path / 'copy' / 'last_checkpoint'
    for folder in ('work_dirs/moved', tmp_path / 'original'):
        note.write_text(f'{folder}/{name}')
        assert newest_whole(tmp_path / 'copy') == noted
    # The original has gone on, and what it noted is no longer here.
    save(tmp_path / 'original' / 'iter_11.pth', 3)
    note.write_text(str(tmp_path / 'original' / 'iter_12.pth'))
    assert newest_whole(tmp_path / 'copy') == other


def test_pruning(tmp_path):
    paths = [
        save(tmp_path / 'resume' / f'iter_{i}.pth', i) for i in range(9, 13)
    ]
    prune(tmp_path, 2)
    assert [path.exists() for path in paths] == [False, False, True, True]
    prune(tmp_path, 0)
    assert not any(tmp_path.iterdir())


def test_what_was_half_written(tmp_path):
    for name in ('iter_10.pth', 'best_' + '類' * 80 + '.pth'):
        (tmp_path / temporary_name(name, '0123')).touch()
    (tmp_path / '.notes.txt.0123.tmp').touch()
    tidy(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ['.notes.txt.0123.tmp']

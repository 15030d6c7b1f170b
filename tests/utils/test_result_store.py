import shutil
from pathlib import Path

from stnet_mm.utils.result_store import ResultStore


def filled(folder: Path, made_of: str) -> ResultStore:
    store = ResultStore(folder, made_of, resume=False)
    store.add(0, made_of)
    store.save()
    return store


def test_what_is_removed_is_gone_but_for_others(tmp_path):
    folder = tmp_path / 'progress'
    one, other = filled(folder, 'one'), filled(folder, 'other')
    one.remove()
    assert ResultStore(folder, 'one', resume=True).found == 0
    assert ResultStore(folder, 'other', resume=True)[0] == 'other'
    other.remove()
    assert not folder.exists()


def test_two_processes_may_remove_at_once(tmp_path, monkeypatch):
    folder = tmp_path / 'progress'
    store = filled(folder, 'one')
    rmtree = shutil.rmtree

    def by_both(path, ignore_errors):
        # The other process is a step ahead.
        rmtree(path)
        path.parent.rmdir()

    monkeypatch.setattr(shutil, 'rmtree', by_both)
    store.remove()
    assert not folder.exists()

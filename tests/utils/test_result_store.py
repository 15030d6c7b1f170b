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


def test_of_two_at_once_each_removes_its_own(tmp_path):
    folder = tmp_path / 'progress'
    stores = [ResultStore(folder, 'same', resume=False) for _ in range(2)]
    for number, store in enumerate(stores):
        store.add(number, 'result')
        store.save()
    stores[0].remove()
    rest = ResultStore(folder, 'same', resume=True)
    assert rest.found == 1
    assert 1 in rest
    stores[1].remove()
    assert not folder.exists()
    stores[0].remove()  # the other was a step ahead

import pytest

from stnet_mm.utils.writable import check_writable


def test_files_that_cannot_be_written(tmp_path):
    good = tmp_path / 'new' / 'one' / 'a.json'
    check_writable(good)
    assert [*tmp_path.iterdir()] == []
    good.parent.mkdir(parents=True)
    good.write_text('kept')
    check_writable(good)
    assert good.read_text() == 'kept'
    for bad in (good / 'a.csv', good.parent, tmp_path / ('x' * 300)):
        with pytest.raises(OSError, match='Errno'):
            check_writable(bad)
    assert [*tmp_path.rglob('*.json')] == [good]
    assert len([*tmp_path.rglob('*')]) == 3

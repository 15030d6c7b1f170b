import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.output_folder import claim_folder


def test_a_folder_is_of_one_setting(tmp_path):
    folder = tmp_path / 'out'
    claim_folder(folder, 'made.json', dict(settings=dict(size=3), more=1))
    claim_folder(folder, 'made.json', dict(settings=dict(size=3), more=2))
    with pytest.raises(StNetInputError, match='size 3, not 4'):
        claim_folder(folder, 'made.json', dict(settings=dict(size=4)))
    (folder / 'made.json').unlink()
    (folder / 'other.txt').touch()
    with pytest.raises(StNetInputError, match='out is not empty'):
        claim_folder(folder, 'made.json', dict(settings=dict(size=3)))


@pytest.mark.parametrize(
    'text', ['{"settings": {', '[1]', '{}', '{"settings": 3}', '\xff']
)
def test_records_of_others(tmp_path, text):
    (tmp_path / 'made.json').write_text(text, encoding='latin-1')
    with pytest.raises(StNetInputError, match='made.json was not written by'):
        claim_folder(tmp_path, 'made.json', dict(settings=dict(size=3)))

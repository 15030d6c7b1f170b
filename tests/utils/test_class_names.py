"""Names of classes from files."""

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.class_names import find_class, read_class_names


def test_names_are_lines(tmp_path):
    path = tmp_path / 'classes.txt'
    path.write_bytes('\ufeffarm wrestling\r\ncafé\r\n\r\n'.encode())
    assert read_class_names(path) == ['arm wrestling', 'café']


@pytest.mark.parametrize(
    ('content', 'message'),
    [(b'a\n\nb\n', 'line 2 is empty'), (b'caf\xe9\n', 'not UTF-8')],
)
def test_files_that_are_no_lists(tmp_path, content, message):
    path = tmp_path / 'classes.txt'
    path.write_bytes(content)
    with pytest.raises(StNetInputError, match=message):
        read_class_names(path)


def test_find_class():
    names = ('Arm wrestling', 'archery', '7')
    assert find_class(names, 'arm wrestling') == 0
    assert find_class(names, '1') == 1
    assert find_class(names, '7') == 2
    with pytest.raises(
        StNetInputError, match="'arm wrestlin'.*did you mean Arm"
    ):
        find_class(names, 'arm wrestlin')
    with pytest.raises(StNetInputError, match='it has 3 classes, such as'):
        find_class(names, '99')

"""Names of files that are not too long."""

import os

import pytest

from stnet_mm.utils.file_names import MAX_BYTES, shorten_name


@pytest.mark.parametrize(
    ('name', 'short'),
    [
        ('clip.mp4', 'clip.mp4'),
        ('a' * 300 + '.tar.gz', 'a' * 7 + '.gz'),
        ('動画' * 9 + '.m', '動画.m'),
        ('🙂' * 9, '🙂🙂'),
        ('a.' + 'b' * 300, '.' + 'b' * 9),
    ],
)
def test_names(name, short):
    assert shorten_name(name, 10) == short
    assert len(os.fsencode(shorten_name(name))) <= MAX_BYTES


def test_bytes_that_are_no_text():
    name = os.fsdecode(b'\xff' * 300 + b'.mp4')
    assert os.fsencode(shorten_name(name, 10)) == b'\xff' * 6 + b'.mp4'

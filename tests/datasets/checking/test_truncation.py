"""What files lack at their end."""

import pytest

from stnet_mm.datasets.checking.truncation import find_truncation

from ...videos import write_video


@pytest.mark.parametrize(
    'name', ['a.mp4', 'a.mov', 'a.avi', 'a.mkv', 'a.webm', 'a.ts']
)
def test_a_file_that_broke_off(tmp_path, name):
    codec = 'libvpx-vp9' if name == 'a.webm' else 'libx264'
    path = tmp_path / name
    write_video(path, 24, codec=codec)
    assert find_truncation(path) == ''
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 7 // 10 + 1])
    assert find_truncation(path)
    # What follows the end belongs to no one.
    path.write_bytes(whole + bytes(188))
    assert find_truncation(path) == ''


def test_it_says_how_much(tmp_path):
    path = tmp_path / 'a.mkv'
    write_video(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert (
        find_truncation(path) == f'100 of its {len(whole):,} bytes are missing'
    )


def test_no_index(tmp_path):
    """An mp4 whose recording was never finished has no moov box."""
    path = tmp_path / 'a.mp4'
    write_video(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b'moov') - 4])
    assert find_truncation(path) == 'its index (moov) is missing'


@pytest.mark.parametrize(
    'data', [b'', b'no video', b'RIFF', b'\x1a\x45\xdf\xa3', b'G' * 500]
)
def test_other_files(tmp_path, data):
    path = tmp_path / 'a'
    path.write_bytes(data)
    assert isinstance(find_truncation(path), str)

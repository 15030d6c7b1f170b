"""Videos that are downloaded for a while."""

from pathlib import Path
from urllib.parse import quote

import pytest

from stnet_mm.apis.local_video import local_video
from stnet_mm.errors import StNetInputError

from ..serving import serve


def test_a_url(tmp_path):
    (tmp_path / 'a b.mp4').write_bytes(b'frames')
    with serve(tmp_path) as address:
        with local_video(f'{address}/a%20b.mp4?x=1') as path:
            assert Path(path).read_bytes() == b'frames'
            assert Path(path).name == 'a%20b.mp4'
        assert not Path(path).parent.exists()
        gone = pytest.raises(StNetInputError, match=r'/b\.mp4 cannot be')
        with gone, local_video(f'{address}/b.mp4'):
            pass


@pytest.mark.parametrize('quoted', [True, False])
def test_a_name_of_many_bytes(tmp_path, quoted):
    name = 'Ж' * 60 + '.mp4'
    (tmp_path / name).write_bytes(b'frames')
    with serve(tmp_path) as address:
        url = f'{address}/{quote(name) if quoted else name}'
        with local_video(url) as path:
            assert Path(path).read_bytes() == b'frames'
            assert len(Path(path).name.encode()) <= 100
            assert path.endswith('.mp4')


def test_errors_name_the_url(tmp_path):
    (tmp_path / 'a.mp4').write_bytes(b'frames')
    with serve(tmp_path) as address:
        url = f'{address}/a.mp4'
        named = pytest.raises(StNetInputError, match=f'^{url}: damaged$')
        with named, local_video(url) as path:
            raise StNetInputError(f'{path}: damaged')
    assert not Path(path).exists()


def test_files_stay_where_they_are():
    with local_video('some/video.mp4') as path:
        assert path == 'some/video.mp4'


@pytest.mark.parametrize('url', ['s3://a/b.mp4', 'http://127.0.0.1:9/.'])
def test_what_cannot_be_reached(url):
    advice = pytest.raises(StNetInputError, match='give its path')
    with advice, local_video(url):
        pass

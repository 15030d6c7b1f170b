import importlib.util
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from ..browser import keep_screenshot, needs_browser, open_page
from .conftest import fail_tool
from .processes import start_tool, wait_for_line

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec('gradio') is None,
    reason='gradio is not here: pip install ".[app]"',
)
VIDEO = 'data/videos/val_1_0.mp4'


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def folders():
    return {*Path(tempfile.gettempdir()).glob('*_stnet_mm')}


@pytest.fixture(scope='module')
def address(workshop, checkpoint):
    """The app, running; in the end it is interrupted, and leaves nothing."""
    before = folders()
    port = free_port()
    process = start_tool(
        'demo_app',
        *('config.py', checkpoint, '--port', port, '--max-mb', 1),
        *('--examples', VIDEO, 'data/videos/val_2_0.mp4', '--device', 'cpu'),
        cwd=workshop,
    )
    line = wait_for_line(process)
    assert f'http://127.0.0.1:{port}' in line, process.stderr.read()
    assert len(folders() - before) == 1
    yield f'http://127.0.0.1:{port}'
    process.send_signal(signal.SIGINT)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode in (0, 1)
    assert 'Traceback' not in err
    assert folders() == before


def upload(page, path):
    """Choose a file, and wait until the page lists it."""
    page.set_input_files('input[type=file]', path)
    page.get_by_label(path.name).wait_for()


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
def test_an_uploaded_video_is_explained(address, workshop, size):
    with open_page(address, size, size == 'narrow') as page:
        upload(page, workshop / VIDEO)
        page.get_by_role('button', name='Explain').click()
        inside = page.frame_locator('iframe.maps')
        inside.locator('.timeline button').nth(1).click()
        assert 'kind' in inside.locator('.bar').first.inner_text()
        inside.locator('canvas').wait_for()
        assert inside.locator('video').evaluate('v => v.currentTime') > 0
        keep_screenshot(page, f'app_{size}')


@needs_browser
def test_an_example_is_explained(address):
    with open_page(address) as page:
        page.get_by_label('or an example').click()
        page.get_by_role('option', name='val_2_0.mp4').click()
        page.get_by_role('button', name='Explain').click()
        inside = page.frame_locator('iframe.maps')
        assert inside.locator('h1').inner_text() == 'val_2_0.mp4'


@needs_browser
def test_what_cannot_be_explained_says_why(address, workshop):
    with open_page(address) as page:
        page.get_by_role('button', name='Explain').click()
        page.get_by_text('Choose a video first.').wait_for()
        (workshop / 'text.mp4').write_text('no video')
        upload(page, workshop / 'text.mp4')
        page.get_by_role('button', name='Explain').click()
        page.get_by_text('text.mp4: it cannot be opened as a video').wait_for()


@needs_browser
def test_too_large_a_file_is_refused_by_the_page(address, workshop):
    (workshop / 'large.mp4').write_bytes(bytes(2_000_000))
    with open_page(address) as page:
        page.set_input_files('input[type=file]', workshop / 'large.mp4')
        page.get_by_text('exceed the maximum allowed size').wait_for()


def test_too_large_a_file_is_refused_by_the_server(address):
    import httpx  # comes with Gradio

    for size, status in ((1000, 200), (2_000_000, 413)):
        files = dict(files=('video.mp4', bytes(size)))
        answer = httpx.post(f'{address}/gradio_api/upload', files=files)
        assert answer.status_code == status


@pytest.mark.skipif(
    not Path('/proc/net/tcp').exists(), reason='only Linux lists listeners so'
)
def test_this_machine_alone_can_reach_it(address):
    port = int(address.rpartition(':')[2])
    rows = [
        line.split()[1].split(':')
        for table in ('tcp', 'tcp6')
        for line in Path('/proc/net', table).read_text().splitlines()[1:]
    ]
    # Of 127.0.0.1, the last byte first.
    listens = {host for host, number in rows if int(number, 16) == port}
    assert listens == {'0100007F'}


def test_examples_of_one_name_are_kept_apart():
    from stnet_mm.visualization.demo_app import name_examples

    examples = ['a/clip.mp4', Path('b/clip.mp4'), 'b/other.mp4', 'a/clip.mp4']
    assert name_examples(examples) == {
        str(Path('a/clip.mp4')): 'a/clip.mp4',
        str(Path('b/clip.mp4')): str(Path('b/clip.mp4')),
        'other.mp4': 'b/other.mp4',
    }


def test_bad_input(workshop, checkpoint):
    error = fail_tool(
        *('demo_app', 'config.py', checkpoint, '--examples', 'none.mp4'),
        cwd=workshop,
    )
    assert 'none.mp4: there is no such file' in error

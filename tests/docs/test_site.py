"""The manual as a site: it is built without a warning, and asks nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ..browser import keep_screenshot, needs_browser, open_page
from .pages import ROOT


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    """The folder of the site."""
    for name in ('mkdocs', 'material', 'mkdocstrings_handlers.python'):
        pytest.importorskip(name)
    folder = tmp_path_factory.mktemp('site')
    command = [sys.executable, '-m', 'mkdocs', 'build', '--strict']
    result = subprocess.run(
        [*command, '--site-dir', str(folder)],
        cwd=ROOT,
        env=dict(os.environ, NO_MKDOCS_2_WARNING='1'),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout
    assert 'WARNING' not in result.stdout
    return folder


@pytest.fixture(scope='module')
def address(site):
    """Where the site is served on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(
        ('127.0.0.1', 0), partial(Quiet, directory=str(site))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    thread.join()
    server.server_close()


def test_pages_load_nothing_from_others(site):
    pages = [*site.rglob('*.html')]
    assert len(pages) > 40
    loaded = re.compile(
        r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)="?(https?:[^"\s>]*)'
    )
    found = [
        (page.name, url)
        for page in pages
        for url in loaded.findall(page.read_text(encoding='utf-8'))
    ]
    assert found == []


def test_files_outside_of_docs_are_pages(site):
    listing = site / 'configs/own_data/stnet_own-data-rgb.py.html'
    assert 'the lines to edit' in listing.read_text(encoding='utf-8')
    page = (site / 'own_data.html').read_text(encoding='utf-8')
    assert 'href="configs/own_data/stnet_own-data-rgb.py.html"' in page
    readme = (site / 'configs/own_data/index.html').read_text(encoding='utf-8')
    assert 'href="../../trunks.html"' in readme
    notebook = (site / 'quickstart.ipynb.html').read_text(encoding='utf-8')
    assert 'VideoExplainer' in notebook


def test_docstrings_are_there(site):
    page = (site / 'reference/models.html').read_text(encoding='utf-8')
    assert 'id="stnet_mm.models.StNetRecognizer"' in page
    assert 'views_per_chunk' in page


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
def test_start_page(address, size, dark):
    with open_page(f'{address}/index.html', size, dark) as page:
        picture = page.locator('img[src="network.svg"]')
        assert picture.evaluate('i => i.naturalWidth') > 0
        assert picture.bounding_box()['width'] > 300
        keep_screenshot(page, f'manual_{size}_{"dark" if dark else "light"}')


@needs_browser
@pytest.mark.parametrize(
    'name', ['recipes', 'complexity', 'reference/models', 'study']
)
def test_wide_pages_fit_a_phone(address, name):
    with open_page(f'{address}/{name}.html', 'narrow') as page:
        keep_screenshot(page, f'manual_{name.replace("/", "_")}')


@needs_browser
def test_search(address):
    with open_page(f'{address}/index.html') as page:
        page.locator('input.md-search__input').click()
        page.keyboard.type('temperature')
        found = page.locator('.md-search-result__link').first
        found.wait_for(timeout=60000)
        assert 'calibration.html' in found.get_attribute('href')

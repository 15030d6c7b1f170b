"""Opening pages in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which('chromium') or shutil.which('google-chrome')
SCREENSHOTS = Path(__file__).parents[1] / 'work_dirs' / 'screenshots'
OPTIONS = (
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
)
SIZES = {'wide': (1280, 900), 'narrow': (390, 844)}

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason='chromium is not here: apt-get install chromium'
)


@contextmanager
def open_page(url: str, size: str = 'wide', dark: bool = False) -> Iterator:
    """Open a page, which must print no error and ask nothing of others.

    Args:
        url (str): Its address: of a file, or on this machine.
        size (str): Of the window: ``'wide'`` or ``'narrow'``.
        dark (bool): Whether the reader prefers dark pages.

    Yields:
        playwright.sync_api.Page: The page.
    """
    from playwright.sync_api import sync_playwright

    complaints = []
    width, height = SIZES[size]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=list(OPTIONS)
        )
        page = browser.new_page(
            viewport=dict(width=width, height=height),
            color_scheme='dark' if dark else 'light',
        )
        page.on('pageerror', lambda error: complaints.append(str(error)))
        page.on(
            'console',
            lambda message: (
                complaints.append(message.text)
                if message.type == 'error'
                else None
            ),
        )
        page.on(
            'request',
            lambda request: (
                None
                if _is_local(request.url)
                else complaints.append(request.url)
            ),
        )
        page.goto(url)
        yield page
        browser.close()
    assert complaints == []


def _is_local(url: str) -> bool:
    local = ('file:', 'data:', 'blob:', 'http://127.0.0.1', 'ws://127.0.0.1')
    return url.startswith(local)


def keep_screenshot(page, name: str) -> None:
    """Keep a picture of the whole page where CI finds it.

    Args:
        page (playwright.sync_api.Page): The page.
        name (str): Name of the picture.
    """
    from playwright.sync_api import Error

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for left in (2, 1, 0):
        try:
            page.screenshot(path=SCREENSHOTS / f'{name}.png', full_page=True)
            break
        except Error:  # Chromium gives up on a busy machine
            if not left:
                raise
            page.wait_for_timeout(1000)
    # Nothing sticks out to the side.
    assert page.evaluate(
        'document.documentElement.scrollWidth <= window.innerWidth'
    )

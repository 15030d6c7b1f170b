"""The page of many videos, in a browser."""

import pytest

from stnet_mm.visualization import Card, Gallery
from stnet_mm.visualization import gallery as gallery_module

from ..browser import keep_screenshot, needs_browser, open_page
from ..explain.wired import write_patches
from ..videos import write_folder, write_video

CARDS = (
    ('b.mp4', 'sit', 0.9, 'sit'),
    ('a.mp4', 'run', 0.8, 'jump'),
    ('d.mp4', 'jump', 0.5, 'jump'),
    ('c.mp4', 'run', 0.95, 'sit'),
)


@pytest.fixture(scope='module')
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp('gallery')
    gallery = Gallery()
    for name, best, score, truth in CARDS:
        write_patches(folder / name)
        predictions = ((best, score), ('else', 1 - score))
        gallery.add(Card(str(folder / name), predictions, (truth,)))
    gallery.write(folder / 'page.html', 'model <1>')
    return folder / 'page.html'


def order(page):
    names = page.locator('.cards article:not([hidden]) h2').all_inner_texts()
    return [name[0] for name in names]


@needs_browser
def test_sorting_and_filtering(page):
    with open_page(f'file://{page}') as shown:
        assert '2 of 4 correct (50.0%)' in shown.inner_text('main')
        assert order(shown) == ['c', 'a', 'b', 'd']
        for by, expected in (
            ('high', 'cbad'),
            ('low', 'dabc'),
            ('name', 'abcd'),
            ('wrong', 'cabd'),
        ):
            shown.locator('#sort').select_option(by)
            assert ''.join(order(shown)) == expected
        shown.locator('#filter').fill('RUN')
        assert order(shown) == ['c', 'a']
        assert shown.inner_text('#count') == '2 of 4'


@needs_browser
def test_videos_play(page):
    with open_page(f'file://{page}') as shown:
        video = shown.locator('video').first
        assert video.get_attribute('controls') is None
        video.focus()
        assert video.get_attribute('controls') is not None
        video.press(' ')
        shown.wait_for_function(
            'document.querySelector("video").currentTime > 0.2'
        )


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
def test_looks(page, size):
    with open_page(f'file://{page}', size, size == 'narrow') as shown:
        keep_screenshot(shown, f'gallery_{size}')


def test_without_labels_there_is_nothing_right_or_wrong(tmp_path):
    write_video(tmp_path / 'a.mp4')
    gallery = Gallery()
    gallery.add(Card(str(tmp_path / 'a.mp4'), (('run', 0.7),)))
    gallery.write(tmp_path / 'page.html', 'model')
    text = (tmp_path / 'page.html').read_text()
    assert 'Wrong' not in text
    assert 'value="wrong"' not in text
    assert '1 video.' in ' '.join(text.split())


def test_beyond_the_limit_there_are_stills(tmp_path, monkeypatch):
    write_video(tmp_path / 'a.mp4')
    monkeypatch.setattr(gallery_module, 'MAX_BYTES', 0)
    gallery = Gallery()
    gallery.add(Card(str(tmp_path / 'a.mp4'), (('run', 0.7),)))
    gallery.write(tmp_path / 'page.html', 'model')
    text = (tmp_path / 'page.html').read_text()
    assert '<img src="data:image/jpeg' in text
    assert '<video' not in text


def test_a_video_that_cannot_be_played(tmp_path):
    write_folder(tmp_path / 'clip')
    (tmp_path / 'clip' / 'img_00010.png').write_bytes(b'no image')
    gallery = Gallery()
    gallery.add(
        Card('http://a/clip', (('run', 0.7),), file=str(tmp_path / 'clip'))
    )
    gallery.write(tmp_path / 'page.html', 'model')
    text = (tmp_path / 'page.html').read_text()
    assert '<b>run</b>' in text
    assert str(tmp_path) not in text
    assert 'No picture: ' in text
    assert 'img_00010.png' in text
    assert '<img' not in text


def test_several_labels(tmp_path):
    best = (('run', 0.9), ('sit', 0.6))
    right = Card('a', best, ('sit', 'run'), labels=('run', 'sit'))
    few = Card('a', best, ('sit', 'run'), labels=('run',))
    none = Card('a', best, (), labels=())
    assert [card.wrong for card in (right, few, none)] == [False, True, False]
    write_video(tmp_path / 'a.mp4')
    gallery = Gallery()
    for truth in (('run', 'sit'), (), ('sit',)):
        video = str(tmp_path / 'a.mp4')
        gallery.add(Card(video, best, truth, labels=('run', 'sit')))
    gallery.write(tmp_path / 'page.html', 'model')
    text = ' '.join((tmp_path / 'page.html').read_text().split())
    assert '1 of 3 correct' in text
    assert 'true labels: <b>none</b>' in text
    assert 'true labels: <b>sit</b>' in text

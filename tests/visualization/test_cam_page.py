"""The page of one video, in a browser."""

import re
from dataclasses import replace

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.explain import Panel, VideoExplainer
from stnet_mm.visualization import SourceVideo, write_cam_page

from ..browser import keep_screenshot, needs_browser, open_page
from ..explain.wired import wired_classifier, write_patches
from ..videos import write_images, write_video

FPS = 12  # of the videos that tests write
STEP = 9  # frame i has brightness 9 * i

# What is shown: brightness of the video's frame and of the canvas's.
BRIGHTNESS = """() => {
  const read = (source, width, height) => {
    const copy = document.createElement('canvas');
    copy.width = width;
    copy.height = height;
    const context = copy.getContext('2d');
    context.drawImage(source, 0, 0);
    return context.getImageData(width / 2, height / 2, 1, 1).data[1];
  };
  const video = document.querySelector('video');
  const canvas = document.querySelector('canvas');
  return [
    read(video, video.videoWidth, video.videoHeight),
    read(canvas, canvas.width, canvas.height),
  ];
}"""
IS_SHOWN = """(brightness) => {
  const canvas = document.querySelector('canvas');
  const data = canvas.getContext('2d').getImageData(48, 32, 1, 1).data;
  return Math.abs(data[1] - brightness) < 5;
}"""


@pytest.fixture(scope='module')
def counting(tmp_path_factory):
    """The page of a video whose brightness counts its frames."""
    folder = tmp_path_factory.mktemp('counting')
    images = (np.full((64, 96, 3), STEP * i, np.uint8) for i in range(24))
    write_images(folder / 'counting.mkv', images, options={'crf': '1'})
    classify = wired_classifier(folder / 'model')
    found = VideoExplainer(classify)(folder / 'counting.mkv', 3)
    write_cam_page(
        folder / 'page.html',
        SourceVideo(folder / 'counting.mkv'),
        [Panel('StNet', found)],
        truth='red',
    )
    return f'file://{folder}/page.html'


@pytest.fixture
def page(counting):
    with open_page(counting) as page:
        # Frames as they are.
        page.locator('#strength').fill('0')
        yield page


@needs_browser
def test_map_and_video_play_in_step(page):
    page.locator('#speed').select_option('0.5')
    page.click('#play')
    numbers, apart = [], 0
    for _ in range(12):
        page.wait_for_timeout(90)
        video, canvas = (x / STEP for x in page.evaluate(BRIGHTNESS))
        numbers.append(canvas)
        # Nor at the end, when it starts again.
        apart += min(abs(video - canvas), 24 - abs(video - canvas)) > 1.5
    assert apart <= 2  # a busy machine draws late now and then
    assert len({round(number) for number in numbers}) > 5  # it does play
    assert page.inner_text('#play') == 'Pause'


@needs_browser
def test_a_click_on_the_timeline_seeks(page):
    parts = page.locator('.timeline button')
    assert parts.count() == 2
    for number, first in ((1, 16), (0, 4)):
        parts.nth(number).click()
        page.wait_for_function(IS_SHOWN, arg=STEP * first)
        assert page.evaluate('document.querySelector("video").paused')
        assert 'now' in parts.nth(number).get_attribute('class')


@needs_browser
def test_the_timeline_of_a_very_short_video_is_filled(tmp_path):
    images = [np.full((64, 96, 3), STEP * i, np.uint8) for i in range(24)]
    video = tmp_path / 'short.mkv'
    write_images(video, images, times=range(0, 48, 2))
    found = VideoExplainer(wired_classifier(tmp_path / 'model'))(video, 3)
    path = tmp_path / 'page.html'
    write_cam_page(path, SourceVideo(video), [Panel('StNet', found)])
    with open_page(path.as_uri()) as page:
        timeline = page.locator('.timeline').bounding_box()
        last = page.locator('.timeline button').last.bounding_box()
    right = timeline['x'] + timeline['width']
    assert last['x'] + last['width'] == pytest.approx(right, abs=2)


@needs_browser
def test_keys(page):
    page.locator('.timeline button').nth(1).press('Enter')
    page.wait_for_function(IS_SHOWN, arg=STEP * 16)
    page.evaluate('document.activeElement.blur()')
    for key, frame in (
        ('ArrowRight', 17),
        ('ArrowRight', 18),
        ('ArrowLeft', 17),
    ):
        page.keyboard.press(key)
        page.wait_for_function(IS_SHOWN, arg=STEP * frame)
    page.keyboard.press(' ')
    page.wait_for_function('!document.querySelector("video").paused')
    page.keyboard.press(' ')
    page.wait_for_function('document.querySelector("video").paused')


@needs_browser
def test_choosing_a_class(page):
    bars = page.locator('.bar')
    shown = page.inner_text('figcaption .chosen')
    assert shown == bars.first.inner_text().split()[0]
    bars.nth(2).click()
    chosen = page.inner_text('figcaption .chosen')
    assert chosen == bars.nth(2).inner_text().split()[0] != shown
    assert [bar.get_attribute('aria-pressed') for bar in bars.all()] == [
        'false',
        'false',
        'true',
    ]
    assert chosen in page.locator('canvas').get_attribute('aria-label')
    assert re.search(
        r'Logit .* \(sum of the contributions\) .* \(biases\)',
        page.inner_text('.explained'),
    )
    assert 'Contribution of each segment' in page.inner_text('.model')


@pytest.fixture(scope='module')
def compared(tmp_path_factory):
    """The page of a video with patches, seen by two networks."""
    folder = tmp_path_factory.mktemp('compared')
    write_patches(folder / 'patches.mkv')
    steps = [dict(type='CenterCrop', crop_size=64)]
    panels = [
        Panel(
            title,
            VideoExplainer(wired_classifier(folder / title, views))(
                folder / 'patches.mkv', [0, 1, 2]
            ),
        )
        for title, views in (('whole', ()), ('center', steps))
    ]
    path = folder / 'page.html'
    write_cam_page(path, SourceVideo(folder / 'patches.mkv'), panels)
    return path


@needs_browser
def test_map_is_over_its_place_and_frames(compared):
    """Of red, which is at the start; the brightest colors are yellow."""
    green = """([row, column]) => {
      const context = document.querySelector('canvas').getContext('2d');
      return context.getImageData(column, row, 1, 1).data[1];
    }"""
    patch, elsewhere = [12, 44], [50, 10]
    with open_page(f'file://{compared}') as page:

        def look(part, strength):
            page.locator('.timeline button').nth(part).click()
            page.locator('#strength').fill(strength)
            page.wait_for_timeout(400)
            return [page.evaluate(green, x) for x in (patch, elsewhere)]

        plain, marked = look(0, '0'), look(0, '100')
        assert marked[0] > plain[0] + 60
        assert abs(marked[1] - plain[1]) < 30
        plain, later = look(1, '0'), look(1, '100')
        assert abs(later[0] - plain[0]) < 30


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
def test_two_networks_side_by_side(compared, size):
    with open_page(f'file://{compared}', size, size == 'narrow') as page:
        assert page.locator('canvas').count() == 2
        assert page.locator('section.model').count() == 2
        page.locator('.timeline button').first.click()
        page.wait_for_timeout(400)
        page.locator('summary').click()
        keep_screenshot(page, f'cam_{size}')


def test_the_page_is_complete_and_small(compared):
    text = compared.read_text()
    assert len(text) < 500_000
    assert 'http' not in text.replace('http-equiv', '')


@needs_browser
@pytest.mark.parametrize('exact', [True, False])
@pytest.mark.parametrize('stated', [True, False])
def test_what_is_approximate_is_called_so(tmp_path, exact, stated):
    write_patches(tmp_path / 'patches.mkv')
    explain = VideoExplainer(wired_classifier(tmp_path / 'model'))
    found = explain(tmp_path / 'patches.mkv', 1)
    (best,) = found.classes
    by_head = best.gradient_input if stated else None
    best = replace(best, head_contributions=by_head)
    found = replace(found, exact=exact, classes=(best,))
    path = tmp_path / 'page.html'
    write_cam_page(
        path, SourceVideo(tmp_path / 'patches.mkv'), [Panel('wired', found)]
    )
    with open_page(f'file://{path}') as page:
        text = page.inner_text('.model')
    # What the head states is exact, whatever gradient x input is.
    rest = 'biases' if exact or stated else 'biases and approximation error'
    assert f'({rest})' in text
    assert ('input contributions are a first-order' in text) != exact


def test_the_map_of_a_single_frame_is_shown(tmp_path):
    """Also while it is the only one, from its start to its end."""
    write_video(tmp_path / 'a.mkv', 1)
    found = VideoExplainer(wired_classifier(tmp_path / 'model'))(
        tmp_path / 'a.mkv', 1
    )
    path = tmp_path / 'page.html'
    write_cam_page(path, SourceVideo(tmp_path / 'a.mkv'), [Panel('T', found)])
    spans = re.findall(r'"seen": ?\[([\d.]+), ?([\d.]+)\]', path.read_text())
    assert len(spans) == len(found.images)
    for start, end in spans:
        assert float(start) == 0
        assert float(end) > 0.01


def test_names_are_escaped(tmp_path):
    write_patches(tmp_path / '<em>&.mkv')
    classify = wired_classifier(tmp_path / 'model')
    classify.classes = ('</script><i>', '"green"', "blue'")
    found = VideoExplainer(classify)(tmp_path / '<em>&.mkv', 3)
    source = SourceVideo(tmp_path / '<em>&.mkv')
    write_cam_page(tmp_path / 'page.html', source, [Panel('<u>', found)])
    text = (tmp_path / 'page.html').read_text()
    for tag in ('<u>', '<em>&', '</script><i>'):
        assert tag not in text


def test_nothing_is_left_of_a_page_that_fails(tmp_path):
    write_patches(tmp_path / 'a.mkv')
    found = VideoExplainer(wired_classifier(tmp_path / 'model'))(
        tmp_path / 'a.mkv'
    )
    (tmp_path / 'clip').mkdir()
    (tmp_path / 'clip' / '0.png').write_text('no image')
    source = SourceVideo(tmp_path / 'clip')
    with pytest.raises(StNetInputError, match='0.png'):
        write_cam_page(
            tmp_path / 'out' / 'page.html', source, [Panel('StNet', found)]
        )
    assert not (tmp_path / 'out').exists()

"""The page of a long video, in a browser."""

import json
import re

import numpy as np
import pytest

from stnet_mm.timeline import WRITERS, Segment, Timeline, find_segments
from stnet_mm.visualization import page_video
from stnet_mm.visualization.timeline_page import (
    clock,
    lay_in_lanes,
    time_marks,
    write_timeline_page,
)

from ..browser import keep_screenshot, needs_browser, open_page
from ..videos import write_video

CLASSES = ('wave', '<script>x</script>', 'sit & "read"', 'd', 'e', 'f')
WINDOWS, STRIDE = 19, 0.5
NOW = 'document.querySelector("video").currentTime'
# As the browser paints them: of text, and of what is under it.
CONTRAST = """(element) => {
  const context = document.createElement('canvas').getContext('2d');
  const luminance = (color) => {
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const bytes = [...context.getImageData(0, 0, 1, 1).data];
    const [r, g, b] = bytes.map((x) => x / 255).map((x) => (
      x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4
    ));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const style = getComputedStyle(element);
  const below = getComputedStyle(element.parentElement);
  const fill = luminance(style.backgroundColor);
  return [
    ratio(luminance(style.color), fill),
    ratio(fill, luminance(below.backgroundColor)),
  ];
}"""


def make_timeline(video, unknown=(16, 17, 18)):
    """A class for some windows, then another; ten seconds in all."""
    scores = np.full((WINDOWS, len(CLASSES)), 0.02, np.float32)
    scores[np.arange(WINDOWS), np.arange(WINDOWS) // 6 % 3] = 0.9
    starts = STRIDE * np.arange(WINDOWS)
    flags = np.isin(np.arange(WINDOWS), unknown)
    return Timeline(str(video), CLASSES, starts, starts + 1, scores, flags)


def data_of(path):
    text = path.read_text(encoding='utf-8')
    return json.loads(re.search('id="data">(.*?)</script>', text)[1])


@pytest.fixture(scope='module')
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp('timeline')
    write_video(folder / 'a.mp4', frames=120, size=(160, 96))
    timeline = make_timeline(folder / 'a.mp4')
    segments = find_segments(timeline)
    write_timeline_page(folder / 'page.html', timeline, segments)
    return folder / 'page.html', timeline, segments


@pytest.fixture
def page(written):
    with open_page(written[0].as_uri()) as page:
        page.wait_for_function('document.querySelector("video").readyState')
        yield page


def click(page, share):
    box = page.locator('#timeline').bounding_box()
    page.mouse.click(
        box['x'] + share * box['width'], box['y'] + box['height'] / 2
    )


@needs_browser
def test_a_click_on_the_timeline_seeks(page):
    assert page.evaluate('document.querySelector("video").duration') == 10
    for share in (0.5, 0.25):
        click(page, share)
        assert page.evaluate(NOW) == pytest.approx(10 * share, abs=0.05)
        box = page.locator('#timeline').bounding_box()
        head = page.locator('#timeline .head').bounding_box()
        middle = head['x'] + head['width'] / 2 - box['x']
        assert middle == pytest.approx(share * box['width'], abs=3)
    page.mouse.down()
    page.mouse.move(box['x'] + 0.75 * box['width'], box['y'] + 5)
    assert page.evaluate(NOW) == pytest.approx(7.5, abs=0.05)
    page.mouse.up()


@needs_browser
def test_keys(page):
    timeline = page.get_by_role('slider', name='Time in the video')
    for key, time in (
        ('ArrowRight', STRIDE),
        ('ArrowRight', 2 * STRIDE),
        ('ArrowLeft', STRIDE),
        ('PageUp', 11 * STRIDE),
        ('End', 10),
        ('Home', 0),
        ('ArrowLeft', 0),
    ):
        timeline.press(key)
        assert page.evaluate(NOW) == pytest.approx(time, abs=0.01)
        now = float(timeline.get_attribute('aria-valuenow'))
        assert now == pytest.approx(time, abs=0.01)
    timeline.press('ArrowRight')
    assert timeline.get_attribute('aria-valuetext') == (
        '0:00.5 of 0:10.0: wave 90.0%'
    )
    timeline.press('Enter')
    page.wait_for_function(f'{NOW} > 0.7')
    timeline.press('Enter')
    assert page.evaluate('document.querySelector("video").paused')


@needs_browser
def test_the_playhead_follows_the_video(page):
    page.evaluate('document.querySelector("video").play()')
    page.wait_for_function(f'{NOW} > 1')
    page.evaluate('document.querySelector("video").pause()')
    left = 'parseFloat(document.querySelector(".head").style.left)'
    page.wait_for_function(f'Math.abs({left} - 10 * {NOW}) < 0.1')


@needs_browser
def test_segments_are_buttons(page, written):
    _, _, segments = written
    buttons = page.locator('.segments button')
    assert buttons.count() == len(segments) == 3
    buttons.nth(1).press('Enter')
    assert page.evaluate(NOW) == pytest.approx(segments[1].start, abs=0.001)
    page.wait_for_timeout(300)
    current = [b.get_attribute('aria-current') for b in buttons.all()]
    # The first one lasts into it.
    assert current[1:] == ['true', None]
    assert buttons.nth(1).inner_text().split('\n') == [
        '<script>x</script>',
        f'{clock(segments[1].start)} to {clock(segments[1].end)}',
        f'{segments[1].score:.1%}',
    ]


@needs_browser
def test_scores_of_the_window_under_the_cursor(page):
    scores = page.locator('#window')
    title = scores.locator('h2')
    assert title.inner_text() == 'Window 0:00.0 to 0:01.0'
    box = page.locator('#timeline').bounding_box()
    page.mouse.move(box['x'] + 0.41 * box['width'], box['y'] + 5)
    assert title.inner_text() == 'Window 0:03.5 to 0:04.5'
    bars = scores.locator('.bar')
    assert bars.count() == 5
    assert bars.first.inner_text().split('\n') == [
        '<script>x</script>',
        '90.0%',
    ]
    width = bars.first.bounding_box()['width']
    filled = bars.first.locator('i').bounding_box()['width']
    assert filled == pytest.approx(0.9 * width, abs=2)
    assert page.evaluate(NOW) == 0
    assert not page.locator('#unknown').is_visible()
    page.mouse.move(box['x'] + 0.96 * box['width'], box['y'] + 5)
    assert page.locator('#unknown').is_visible()
    page.mouse.move(0, 0)
    assert title.inner_text() == 'Window 0:00.0 to 0:01.0'


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
@pytest.mark.parametrize('dark', [False, True])
def test_looks(written, size, dark):
    with open_page(written[0].as_uri(), size, dark) as page:
        page.wait_for_function('document.querySelector("video").readyState')
        click(page, 0.3)
        video = page.locator('video').bounding_box()
        timeline = page.locator('#timeline').bounding_box()
        assert video['y'] + video['height'] <= timeline['y']
        page.locator('summary').click()
        shade = 'dark' if dark else 'light'
        keep_screenshot(page, f'timeline_{size}_{shade}')


@needs_browser
@pytest.mark.parametrize('dark', [False, True])
def test_colors_are_legible_and_differ(tmp_path, dark):
    write_video(tmp_path / 'a.mp4')
    timeline = make_timeline(tmp_path / 'a.mp4')
    segments = [Segment(i, i + 1, f'class {i}', 1) for i in range(24)]
    write_timeline_page(tmp_path / 'page.html', timeline, segments)
    with open_page((tmp_path / 'page.html').as_uri(), dark=dark) as page:
        pieces = page.locator('.piece')
        ratios = pieces.evaluate_all(f'(all) => all.map({CONTRAST})')
        colors = pieces.evaluate_all(
            '(all) => all.map((x) => getComputedStyle(x).backgroundColor)'
        )
        keys = page.locator('.legend .key').evaluate_all(
            '(all) => all.map((x) => getComputedStyle(x).backgroundColor)'
        )
    assert min(text for text, _ in ratios) >= 4.5
    assert min(fill for _, fill in ratios) >= 3
    assert len({*colors}) == 24
    assert keys == colors


@needs_browser
def test_a_linked_video_that_is_broken(tmp_path, monkeypatch):
    monkeypatch.setattr(page_video, 'MAX_BYTES', 0)
    write_video(tmp_path / 'a #1.mp4', frames=120)
    timeline = make_timeline(tmp_path / 'a #1.mp4')
    path = tmp_path / 'page.html'
    write_timeline_page(path, timeline, find_segments(timeline))
    with open_page(path.as_uri()) as page:
        page.wait_for_function('document.querySelector("video").readyState')
        assert not page.locator('#broken').is_visible()
    (tmp_path / 'a #1.mp4').write_text('no video')
    with open_page(path.as_uri()) as page:
        page.locator('#broken').wait_for(state='visible')
        # What was found can be read all the same.
        click(page, 0.41)
        title = page.locator('#window h2')
        assert title.inner_text() == 'Window 0:03.5 to 0:04.5'


def test_it_has_the_segments_of_the_other_files(written):
    path, timeline, segments = written
    expected = json.loads(WRITERS['.json'](timeline, segments))
    found = data_of(path)
    assert found['segments'] == expected['segments']
    assert found['classes'] == expected['classes']
    windows = found['windows']
    assert windows['starts'] == [w['start'] for w in expected['windows']]
    assert windows['ends'] == [w['end'] for w in expected['windows']]
    assert windows['unknown'] == [16, 17, 18]
    assert windows['labels'][6] == [1, 0, 2, 3, 4]
    assert windows['scores'][6] == [0.9, 0.02, 0.02, 0.02, 0.02]


def test_names_are_escaped(tmp_path):
    write_video(tmp_path / '<em>&.mp4', frames=120)
    timeline = make_timeline(tmp_path / '<em>&.mp4')
    write_timeline_page(
        tmp_path / 'page.html', timeline, find_segments(timeline)
    )
    text = (tmp_path / 'page.html').read_text(encoding='utf-8')
    assert '&lt;script&gt;x&lt;/script&gt;' in text
    assert '<script>x' not in text
    assert '<em>' not in text


def test_logits_are_no_percentages(tmp_path):
    write_video(tmp_path / 'a.mp4', frames=120)
    timeline = make_timeline(tmp_path / 'a.mp4')
    path = tmp_path / 'page.html'
    segments = [Segment(0.0, 1.0, 'wave', 7.25)]
    write_timeline_page(path, timeline, segments, probable=False)
    text = path.read_text(encoding='utf-8')
    assert '>7.250<' in text
    assert '725' not in text.partition('id="data"')[0].partition('<ol')[2]
    assert not data_of(path)['probable']


def test_hours_make_a_small_page(tmp_path):
    write_video(tmp_path / 'a.mp4')
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.full(400, 0.01), 10_000).astype(np.float32)
    starts = np.arange(10_000) * 1.001
    timeline = Timeline(
        str(tmp_path / 'a.mp4'),
        tuple(f'class {i}' for i in range(400)),
        *(starts, starts + 4, scores, np.zeros(10_000, bool)),
    )
    path = tmp_path / 'page.html'
    write_timeline_page(path, timeline, [])
    assert path.stat().st_size < 1_200_000
    text = path.read_text(encoding='utf-8')
    assert 'No class is found.' in text
    assert text.count('<span') < 20


def test_lanes():
    spans = [(0, 2), (1, 5), (2, 3), (2, 4), (5, 6)]
    segments = [Segment(*span, 'a', 1) for span in spans]
    assert lay_in_lanes(segments) == [0, 1, 0, 2, 0]
    assert lay_in_lanes([]) == []


@pytest.mark.parametrize(
    ('length', 'marks'),
    [
        (0.5, [0]),
        (5, [0, 1, 2, 3, 4]),
        (60, [0, 10, 20, 30, 40, 50]),
        (3 * 3600, [0, 1800, 3600, 5400, 7200, 9000]),
        (6.5 * 3600, [0, 7200, 14400]),
        (50 * 3600, [0, 32400, 64800, 97200, 129600]),
    ],
)
def test_marks_of_time(length, marks):
    # One at 90 of 100 or later would stick out.
    assert time_marks(length) == marks


def test_clock():
    assert clock(0) == '0:00.0'
    assert clock(59.96) == '1:00.0'
    assert clock(3599.96) == '1:00:00.0'
    assert clock(7384.25) == '2:03:04.2'
    assert clock(90, 0) == '1:30'

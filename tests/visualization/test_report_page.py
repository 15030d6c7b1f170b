"""The page of a test, in a browser."""

import errno
import json

import numpy as np
import pytest

from stnet_mm.evaluation import Report
from stnet_mm.explain import VideoExplainer
from stnet_mm.visualization import report_page
from stnet_mm.visualization.report_page import (
    explain_mistake,
    find_mistakes,
    make_report,
    write_report,
)

from ..browser import keep_screenshot, needs_browser, open_page
from ..explain.wired import COLORS, wired_classifier, write_patches

TRUTHS = (0, 1, 1, 2, 2)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """The report of a network that takes all for red, but for one."""
    folder = tmp_path_factory.mktemp('report')
    files = []
    for i in range(len(TRUTHS)):
        files.append(str(folder / f'video {i}.mkv'))
        write_patches(folder / f'video {i}.mkv')
    (folder / 'video 3.mkv').write_text('damaged since')
    scores = np.full((len(TRUTHS), 3), 0.1)
    scores[:, 0] = 0.8
    scores[2] = 0.1, 0.8, 0.1
    report = Report(scores, np.array(TRUTHS), files, COLORS)
    make_report(
        folder / 'out',
        report,
        12,
        lambda: VideoExplainer(wired_classifier(folder / 'model')),
        'wired',
    )
    return folder / 'out'


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
def test_looks(folder, size):
    url = f'file://{folder}/index.html'
    with open_page(url, size, size == 'narrow') as page:
        assert 'top-1 accuracy 40.0%' in ' '.join(
            page.inner_text('.figures').split()
        )
        keep_screenshot(page, f'report_{size}')


@needs_browser
def test_sorting_by_a_column(folder):
    with open_page(f'file://{folder}/index.html') as page:
        column = page.locator('#by-class th').nth(2)
        names = page.locator('#by-class tbody td:first-child')
        column.locator('button').press('Enter')
        assert column.get_attribute('aria-sort') == 'ascending'
        assert names.all_inner_texts() == ['blue', 'green', 'red']
        column.locator('button').press('Enter')
        assert names.all_inner_texts() == ['red', 'green', 'blue']
        page.locator('#by-class th button').first.click()
        assert names.all_inner_texts() == ['blue', 'green', 'red']


@needs_browser
def test_mistakes_lead_to_their_maps(folder):
    with open_page(f'file://{folder}/index.html') as page:
        mistakes = page.locator('.mistakes article')
        assert mistakes.count() == 3
        assert page.locator('.problem').count() == 1
        links = page.locator('.mistakes a')
        assert links.count() == 2
        links.first.click()
        page.wait_for_selector('canvas')
        assert page.inner_text('h1') == 'video 1.mkv'
        assert 'True class: green' in page.inner_text('main')
        bars = page.locator('.bar b').all_inner_texts()
        assert [bar for bar in bars if bar in COLORS] == ['red', 'green']


def test_a_damaged_video_does_not_stop_the_report(folder):
    text = (folder / 'index.html').read_text()
    assert 'No maps:' in text
    assert 'video 3.mkv' in text
    pages = sorted(path.name for path in (folder / 'cam').iterdir())
    assert pages == ['00001_video 1.html', '00004_video 4.html']


def explain_first(folder, file):
    """What the report has of a video, the only mistake."""
    report = Report(np.eye(3)[:1], np.array([2]), [str(file)], COLORS)
    (mistake,) = find_mistakes(report, 1)
    explain = VideoExplainer(wired_classifier(folder / 'model'))
    return explain_mistake(folder / 'out', report, mistake, explain, 'wired')


def test_a_very_long_name(tmp_path):
    file = tmp_path / ('体' * 82 + '.mkv')
    write_patches(file)
    mistake = explain_first(tmp_path, file)
    assert mistake.problem is None
    assert (tmp_path / 'out' / mistake.page).exists()
    assert mistake.page.startswith('cam/00000_体体')


@pytest.mark.parametrize('number', [errno.EIO, errno.ENOSPC])
def test_a_page_that_cannot_be_written(tmp_path, monkeypatch, number):
    def fail(*_):
        raise OSError(number, 'the reason')

    monkeypatch.setattr(report_page, 'write_cam_page', fail)
    write_patches(tmp_path / 'a.mkv')
    if number == errno.ENOSPC:
        with pytest.raises(OSError, match='the reason'):
            explain_first(tmp_path, tmp_path / 'a.mkv')
        return
    mistake = explain_first(tmp_path, tmp_path / 'a.mkv')
    assert 'the reason' in mistake.problem
    assert mistake.still
    assert mistake.page is None


def test_the_words_of_the_field(folder):
    text = ' '.join((folder / 'index.html').read_text().split())
    for words in (
        '>Confusion matrix</h2>',
        '>Calibration (reliability diagram)</h2>',
        '>expected calibration error</dt>',
    ):
        assert words in text


def test_all_right_and_classes_without_videos(tmp_path):
    scores = np.eye(400)[:3]
    names = [f'class {i}' for i in range(400)]
    report = Report(scores, np.arange(3), ['a', 'b', 'c'], names)
    old = tmp_path / 'cam' / '00003_a.html'
    old.parent.mkdir()
    old.touch()
    make_report(tmp_path, report, 12, None, 'perfect')
    assert not old.exists()
    text = (tmp_path / 'index.html').read_text()
    assert 'There are no mistakes.' in text
    assert text.count('no videos') == 397
    assert len(text) < 2_000_000


def test_scores_are_no_percentages(tmp_path):
    scores = np.array([[12.25, 3.0], [1.0, -4.0]])
    report = Report(
        scores, np.array([0, 1]), ['a', 'b'], ['red', 'green'], False
    )
    write_report(tmp_path, report, find_mistakes(report, 1), 'scores')
    text = (tmp_path / 'index.html').read_text()
    assert 'Mistakes with the highest score' in text
    assert '</span> 1.000<br>' in text
    assert 'alibration' not in text
    found = json.loads((tmp_path / 'report.json').read_text())
    assert [p['score'] for p in found['predictions']] == [12.25, 1.0]
    assert found['top_k_accuracy'] == {'1': 0.5, '2': 1.0}

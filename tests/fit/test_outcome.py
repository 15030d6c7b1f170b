import errno
import sys
from pathlib import Path

import numpy as np
import pytest

from stnet_mm.evaluation import Report
from stnet_mm.fit import FitOptions, outcome
from stnet_mm.fit.folder import FitFolder
from stnet_mm.fit.outcome import explain_examples, summarize_fit

from ..explain.wired import COLORS, wired_classifier, write_patches
from ..videos import write_folder


def test_without_pyav_there_are_no_maps(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, 'stnet_runtime.video_reader', None)
    folder = FitFolder(tmp_path / 'out', FitOptions('clips'))
    # Nothing else is needed, nor looked at.
    assert explain_examples(folder, None, None) == []
    assert 'pip install "av>=17"' in capsys.readouterr().out


@pytest.fixture
def tested(tmp_path, monkeypatch):
    """A fit's folder, and its test of two clips of which one is damaged."""
    # Between the frames that the network takes.
    write_folder(tmp_path / 'damaged')
    (tmp_path / 'damaged' / 'img_00010.png').write_bytes(b'no image')
    name = '体' * 82 + '.mkv'
    write_patches(tmp_path / name)
    classify = wired_classifier(tmp_path / 'model')
    monkeypatch.setattr(
        outcome, 'VideoClassifier', lambda *_, **options: classify
    )
    files = [str(tmp_path / 'damaged'), str(tmp_path / name)]
    report = Report(np.eye(3)[:2], np.array([0, 2]), files, COLORS)
    return FitFolder(tmp_path / 'out', FitOptions('clips')), report


def test_a_clip_that_cannot_be_played_has_no_page(tested, capsys):
    folder, report = tested
    (page,) = explain_examples(folder, report, Path('model.pth'))
    assert page.exists()
    assert page.name.startswith('wrong_1_体体')
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith('no page of a clip: ')
    assert 'img_00010.png' in line


@pytest.mark.parametrize('number', [errno.ENOSPC, errno.EIO])
def test_pages_that_cannot_be_written(tested, monkeypatch, capsys, number):
    def fail(*_):
        raise OSError(number, 'the reason')

    monkeypatch.setattr(outcome, 'write_cam_page', fail)
    if number == errno.ENOSPC:
        # The same command goes on once there is room.
        with pytest.raises(OSError, match='the reason'):
            explain_examples(*tested, Path('model.pth'))
        return
    assert explain_examples(*tested, Path('model.pth')) == []
    assert capsys.readouterr().out.count('the reason') == 2


def test_classes_of_which_no_clip_is_tested(tested):
    folder, report = tested
    rest = folder, report, Path('model.pth'), [], Path('tools')
    summary = summarize_fit(FitOptions('clips'), *rest)
    assert 'accuracy 50.0% (1 of 2 clips)' in summary
    assert f'No clip to test on is of: {COLORS[1]}\n' in summary

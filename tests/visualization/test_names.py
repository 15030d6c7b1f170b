"""Names of classes of any script, on the report's page and in pictures."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from stnet_mm.evaluation import Report
from stnet_mm.explain import VideoExplainer
from stnet_mm.visualization.contact_sheet import save_contact_sheet
from stnet_mm.visualization.report_page import find_mistakes, write_report

from ..explain.wired import wired_classifier, write_patches

NAMES = ('跑步 🤸 (run)', 'שחייה', 'ركض, "x" <b> $5')


@pytest.fixture(autouse=True)
def missing_glyphs_are_errors():
    """matplotlib warns of each box that it draws."""
    with warnings.catch_warnings():
        warnings.filterwarnings('error', message='.*[Gg]lyph.*')
        yield


def test_the_report(tmp_path):
    scores = np.array([[0.9, 0.1, 0], [0, 0.2, 0.8], [0.7, 0.2, 0.1]])
    report = Report(scores, np.array([0, 1, 2]), ['a', 'b', 'c'], NAMES)
    write_report(tmp_path, report, find_mistakes(report, 3), 'names')
    text = (tmp_path / 'index.html').read_text(encoding='utf-8')
    for name in ('跑步 🤸 (run)', 'שחייה', 'ركض, &#34;x&#34; &lt;b&gt; $5'):
        # In the mistakes, the confusions and the accuracies.
        assert text.count(name) >= 3
    assert '<meta charset="utf-8">' in text


def test_a_picture_of_maps(tmp_path):
    write_patches(tmp_path / 'video.mkv')
    classify = wired_classifier(tmp_path / 'model')
    pictures = []
    for names in (NAMES, ('?????', *NAMES[1:])):
        classify.classes = names
        explanation = VideoExplainer(classify)(tmp_path / 'video.mkv', [0])
        file = io.BytesIO()
        save_contact_sheet(explanation, file)
        pictures.append(Image.open(file).convert('L'))
    # The name is in the picture, and is no row of question marks.
    assert pictures[0].tobytes() != pictures[1].tobytes()

"""Text of any script in pictures."""

import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stnet_mm.utils import fonts

# A Latin font that comes with matplotlib.
LATIN = 'cmr10'
NAMES = [
    'plain',
    'with, commas; and spaces',
    '跑步',
    'Бег',
    'שחייה',
    'ركض',
    'cafe\u0301',
    'a $5 and $6',
    '🤸 🏃‍♀️',
    'name \udcff of a file',
]


def draw(text: str) -> np.ndarray:
    figure = Figure(figsize=(6, 1))
    canvas = FigureCanvasAgg(figure)
    figure.text(0, 0.3, text, fontsize=20)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


@pytest.mark.parametrize('name', NAMES)
def test_nothing_is_drawn_as_a_box(name):
    with warnings.catch_warnings():
        warnings.filterwarnings('error', message='.*[Gg]lyph.*')
        with fonts.fonts_for([name]) as readable:
            picture = draw(readable(name))
    assert picture.std() > 0
    assert '?' not in readable(name)


def test_another_installed_font_helps_out():
    with matplotlib.rc_context({'font.family': [LATIN]}):
        families = fonts.find_families(['run'])
        assert families == [LATIN]
        assert fonts.readable('run Бег', families) == (
            r'run \u0411\u0435\u0433'
        )
        families = fonts.find_families(['run Бег'])
        assert families[0] == LATIN
        assert len(families) == 2
        assert fonts.readable('run Бег', families) == 'run Бег'
        with fonts.fonts_for(['run Бег']) as readable:
            assert readable('run Бег') == 'run Бег'


def test_what_no_font_has_is_escaped(monkeypatch):
    monkeypatch.setattr(
        fonts, '_characters', lambda family: frozenset(map(ord, 'run (1)'))
    )
    families = fonts.find_families(['跑步'])
    assert fonts.readable('run 跑步 (1)', families) == (
        r'run \u8dd1\u6b65 (1)'
    )
    # What only says how to show others goes.
    assert fonts.readable('run\ufe0f\u200d', families) == 'run'


def test_right_to_left_needs_a_matplotlib_that_can(monkeypatch):
    families = ['DejaVu Sans']
    monkeypatch.setattr(fonts, '_RIGHT_TO_LEFT', True)
    assert fonts.readable('שחייה', families) == 'שחייה'
    monkeypatch.setattr(fonts, '_RIGHT_TO_LEFT', False)
    assert fonts.readable('שח', families) == r'\u05e9\u05d7'

"""Filling in the lines to edit of a config."""

from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.recipe import fill_in

RECIPES = Path(__file__).parents[2] / 'configs' / 'own_data'
RECIPE = RECIPES / 'stnet_own-data-rgb.py'


def values_of(text: str) -> dict:
    """The variables that a config assigns."""
    values: dict = {}
    exec(text, {}, values)
    return values


def test_everything_else_stays():
    text = (
        '# "a = 1" is no line to fill in.\n'
        'a = 1  # a comment\r\n'
        '\n'
        'b = dict(a=1)\n'
        'def f(a=1): return a'
    )
    assert fill_in(text, {}) == text
    assert fill_in(text, dict(a=20)) == text.replace('a = 1  #', 'a = 20  #')


@pytest.mark.parametrize(
    'value',
    [
        *(None, True, -3, 2e-4, [1, 'b'], (), {'a': None}),
        *("it's", 'the "best"', '''both ' and "''', 'C:\\clips', 'a\nb', ''),
        *('# no comment', '视频/été 🎬'),
    ],
)
def test_values(value):
    text = 'a = 1\nb = None  # to edit\nc = 3\n'
    filled = fill_in(text, dict(b=value))
    assert values_of(filled) == dict(a=1, b=value, c=3)
    assert filled.splitlines()[1].endswith('  # to edit')


def test_unicode_before_a_value():
    """Columns are counted in bytes by Python's parser."""
    text = "é, b = '视频', 1; a = 5  # 影\nc = f(a)  # ünchanged\n"
    assert fill_in(text, dict(a=[6])) == text.replace('a = 5', 'a = [6]')


def test_values_of_several_lines():
    text = (
        'a = [\n'
        '    1,  # goes with the value\n'
        ']  # stays\n'
        'b = """\n'
        'a = 1\n'
        '"""\n'
        'c = (\n'
        '    3\n'
        ')\n'
    )
    assert fill_in(text, dict(c=4, b='two', a=1)) == (
        "a = 1  # stays\nb = 'two'\nc = (\n    4\n)\n"
    )


def test_unknown_names():
    text = 'a = 1\nb, c = 2, 3\ndef d(e=1):\n    f = 1\n'
    for name in ('z', 'b', 'd', 'e', 'f'):
        with pytest.raises(StNetInputError) as caught:
            fill_in(text, {'a': 2, name: 3})
        assert f'no line "{name} = ..."' in str(caught.value)
        assert str(caught.value).endswith('it has a')


def test_the_recipe(tmp_path):
    text = RECIPE.read_text()
    lines = dict(
        num_classes=3,
        data_root="clips of 'mine'",
        network='r18',
        frame_cache=None,
        lr=5e-4,
        max_iters=100,
    )
    filled = fill_in(text, lines)
    (tmp_path / 'my.py').write_text(filled)
    cfg = Config.fromfile(tmp_path / 'my.py')
    assert {name: cfg[name] for name in lines} == lines
    assert cfg.model.cls_head.num_classes == 3
    assert cfg.train_dataloader.dataset.ann_file == "clips of 'mine'/train.txt"
    changed = [
        new
        for old, new in zip(text.splitlines(), filled.splitlines())
        if old != new
    ]
    # The cache is None before and after.
    assert [line.partition(' = ')[0] for line in changed] == [
        *('num_classes', 'data_root', 'network', 'lr', 'max_iters')
    ]
    assert changed[1].endswith('  # relative to the folder you start from')


def test_several_on_a_line_and_rare_line_breaks():
    text = "# a\x0cform feed, a \u2028separator\na = 1; b = 'x'\n"
    filled = fill_in(text, dict(a=22, b='longer'))
    assert filled == text.replace('1', '22').replace('x', 'longer')

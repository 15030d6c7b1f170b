"""What is shown of long work, on terminals and elsewhere."""

import io
from contextlib import redirect_stderr

import pytest

from stnet_mm.utils import progress
from stnet_mm.utils.progress import progress_bar, track


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """To be redirected to in the test: pytest resets stderr before it."""
    monkeypatch.setenv('TERM', 'xterm')
    return Terminal()


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by 25 seconds whenever it is read."""
    times = iter(range(0, 100_000, 25))
    monkeypatch.setattr(progress.time, 'monotonic', lambda: next(times))


def test_items_pass_as_they_are(capfd):
    assert [*track('abc', 'reading')] == ['a', 'b', 'c']
    assert [*track(iter('abc'), 'reading', total=3)] == ['a', 'b', 'c']
    out, err = capfd.readouterr()
    assert out == err == ''  # short, and no terminal


def test_a_bar_on_a_terminal(terminal, capsys):
    with redirect_stderr(terminal):
        assert [*track(range(7), 'drawing [1/2]')] == [*range(7)]
    shown = terminal.getvalue()
    assert 'drawing [1/2]' in shown
    assert '7/7' in shown
    assert capsys.readouterr().out == ''


def test_off(terminal):
    with redirect_stderr(terminal):
        assert [*track(range(7), 'drawing', enabled=False)] == [*range(7)]
        with progress_bar(3, 'drawing', enabled=False) as advance:
            advance(2)
    assert terminal.getvalue() == ''


def test_a_line_a_minute_in_a_log(clock, capsys):
    with progress_bar(14, 'making videos') as advance:
        for _ in range(7):
            advance(2)
    # After 75 and 150 seconds.
    assert capsys.readouterr().err.splitlines() == [
        'making videos: 6 of 14',
        'making videos: 12 of 14',
    ]


def test_a_rate(terminal, monkeypatch, capsys):
    bar = progress_bar(9, 'reading', rate='videos')
    with redirect_stderr(terminal), bar as advance:
        for _ in range(9):
            advance()
    assert ' videos/s' in terminal.getvalue()
    times = iter(range(0, 100_000, 25))
    monkeypatch.setattr(progress.time, 'monotonic', lambda: next(times))
    with progress_bar(1000, 'reading', rate='videos') as advance:
        for _ in range(3):
            advance(10)
    # After 100 seconds; the clock goes on whenever it is read.
    assert capsys.readouterr().err.splitlines() == [
        'reading: 30 of 1000, 0.24 videos/s, 1:07:22 left'
    ]


def test_an_error_ends_the_bar(terminal):
    with redirect_stderr(terminal):
        items = track([1, 1, 0], 'drawing')
        with pytest.raises(ZeroDivisionError):
            sum(1 / item for item in items)
        items.close()
    assert '2/3' in terminal.getvalue()
    # The cursor is there again.
    assert terminal.getvalue().rindex('\x1b[?25h') > 0

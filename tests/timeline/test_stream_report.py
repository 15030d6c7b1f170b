from __future__ import annotations

from types import SimpleNamespace

from stnet_mm.timeline.stream_report import StreamReport


def report() -> StreamReport:
    classify = SimpleNamespace(classes=['a', 'b'], probabilities=True)
    return StreamReport(classify, 1, False)


def test_gaps_are_told_once(capsys):
    found = report()
    stream = SimpleNamespace(sparse=False)
    found.check(stream)
    assert capsys.readouterr().err == ''
    stream.sparse = True
    found.check(stream)
    found.check(stream)
    (line,) = capsys.readouterr().err.splitlines()
    assert 'give a longer --window' in line


def test_what_stood_for_missing_frames_is_counted():
    source = SimpleNamespace(dropped=5, reconnects=1)
    stream = SimpleNamespace(restarts=2, repeated=3, filled=4)
    text = report().summary(source, stream)
    assert '5 frames dropped, opened again 1 times' in text
    assert '3 frames repeated, 4 segments filled' in text

"""Files of results that a killed run goes on with."""

import json
import multiprocessing
import os
import time

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.result_lines import ResultLines

VIDEOS = ['a.mp4', 'b.mp4', 'c\n\udcff.mp4']
RESULTS = [dict(score=0.5), dict(error='no video'), dict(score=0.25)]
MADE_OF = dict(checkpoint='1a2b')


def write(path, videos=VIDEOS, made_of=MADE_OF, resume=False):
    with ResultLines(path, videos, made_of, resume) as lines:
        for result in RESULTS[lines.done :]:
            lines.add(result)
    return lines


def test_a_line_each(tmp_path):
    lines = write(tmp_path / 'new' / 'r.jsonl')
    assert (lines.done, lines.failed) == (3, 1)
    text = lines.path.read_text()
    assert [json.loads(line) for line in text.splitlines()] == [
        dict(video=video, **result) for video, result in zip(VIDEOS, RESULTS)
    ]


def test_cut_off_anywhere_it_goes_on(tmp_path):
    path = tmp_path / 'r.jsonl'
    write(path)
    whole = path.read_bytes()
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        lines = write(path, resume=True)
        assert path.read_bytes() == whole
        assert (lines.done, lines.failed) == (3, 1)
    # Killed before there was a line, or a record.
    path.unlink()
    write(path, resume=True)
    path.unlink()
    ResultLines.record_of(path).unlink()
    write(path, resume=True)
    assert path.read_bytes() == whole


def test_what_is_there_is_kept(tmp_path):
    path = tmp_path / 'r.jsonl'
    record = ResultLines.record_of(write(path).path)
    whole = path.read_bytes()
    for change, words in (
        (dict(), 'is there already: --resume goes on'),
        (dict(resume=True, videos=VIDEOS[:2]), 'with other videos'),
        (dict(resume=True, made_of=dict(checkpoint='2')), 'other checkpoint'),
    ):
        with pytest.raises(StNetInputError, match=words):
            write(path, **change)
    path.write_bytes(b'1\n' + whole)
    with pytest.raises(StNetInputError, match='line 1 is damaged'):
        write(path, resume=True)
    path.write_bytes(whole + whole)
    with pytest.raises(StNetInputError, match='line 4 is damaged'):
        write(path, resume=True)
    for content in ('[]', ''):
        record.write_text(content)
        with pytest.raises(StNetInputError, match='does not say'):
            write(path, resume=True)
    record.unlink()
    with pytest.raises(StNetInputError, match='does not say'):
        write(path, resume=True)
    assert path.read_bytes() == whole + whole


def _resume(path, answers):
    try:
        write(path, resume=True)
    except StNetInputError as error:
        answers.put(str(error))
    else:
        answers.put('')


def test_two_processes_do_not_mix(tmp_path):
    fork = multiprocessing.get_context('fork')
    answers = fork.SimpleQueue()
    with ResultLines(tmp_path / 'r.jsonl', VIDEOS, MADE_OF) as lines:
        lines.add(RESULTS[0])
        other = fork.Process(target=_resume, args=(lines.path, answers))
        other.start()
        assert 'r.jsonl is being written by another' in answers.get()
        other.join()
        lines.add(RESULTS[1])
    assert lines.path.read_text().count('\n') == 2
    # A child that lives on does not keep the file.
    with ResultLines(lines.path, VIDEOS, MADE_OF, True):
        sleeper = fork.Process(target=_wait)
        sleeper.start()
    other = fork.Process(target=_resume, args=(lines.path, answers))
    other.start()
    assert answers.get() == ''
    other.join()
    sleeper.kill()
    sleeper.join()


def _wait():
    time.sleep(600)


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='no full disk')
def test_a_full_disk_is_named(tmp_path, monkeypatch):
    path = tmp_path / 'r.jsonl'
    opened = ResultLines(path, VIDEOS, MADE_OF)
    with open('/dev/full', 'ab', buffering=0) as full, opened as lines:
        monkeypatch.setattr(lines._file, 'write', full.write)
        with pytest.raises(OSError, match='r.jsonl'):
            lines.add(RESULTS[0])
    assert lines.done == 0

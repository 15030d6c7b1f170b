import csv
import io
import json
import os
from dataclasses import replace

import numpy as np

from stnet_mm.timeline import WRITERS, Segment, Timeline

TIMELINE = Timeline(
    'a.mp4',
    ('wave <hand>', 'a, b'),
    np.array([0.0, 1.0]),
    np.array([2.0, 3.0]),
    np.array([[0.25, 0.75], [1.0, 0.0]], np.float32),
    np.array([False, True]),
)
SEGMENTS = [
    Segment(0.0, 1.5, 'a, b', 0.75),
    Segment(3661.0624, 3662.0, 'wave <hand>', 0.9),
]


def test_json():
    content = json.loads(WRITERS['.json'](TIMELINE, SEGMENTS))
    assert content['classes'] == ['wave <hand>', 'a, b']
    assert content['segments'][0]['label'] == 'a, b'
    assert content['windows'][1] == dict(
        start=1.0, end=3.0, unknown=True, scores=[1.0, 0.0]
    )


def test_json_of_what_is_no_text_and_not_whole():
    name = os.fsdecode(b'caf\xe9.mp4')
    odd = replace(TIMELINE, video=name, fault=f'{name}: it is damaged')
    content = json.loads(WRITERS['.json'](odd, SEGMENTS).encode())
    assert content['video'] == name
    assert content['fault'] == odd.fault


def test_csv():
    rows = [*csv.reader(io.StringIO(WRITERS['.csv'](TIMELINE, SEGMENTS)))]
    assert rows == [
        ['start', 'end', 'label', 'score'],
        ['0.000', '1.500', 'a, b', '0.7500'],
        ['3661.062', '3662.000', 'wave <hand>', '0.9000'],
    ]


def test_subtitles():
    assert WRITERS['.srt'](TIMELINE, SEGMENTS) == (
        '1\n00:00:00,000 --> 00:00:01,500\na, b (75%)\n\n'
        '2\n01:01:01,062 --> 01:01:02,000\nwave <hand> (90%)\n'
    )
    assert WRITERS['.vtt'](TIMELINE, SEGMENTS) == (
        'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na, b (75%)\n\n'
        '01:01:01.062 --> 01:01:02.000\nwave &lt;hand&gt; (90%)\n'
    )

"""Annotation files of a data set: read right, or refused by line."""

from __future__ import annotations

import csv
import io

import pytest
from mmaction.registry import DATASETS

from stnet_mm.datasets.video_list import VideoList
from stnet_mm.errors import StNetInputError

hypothesis = pytest.importorskip('hypothesis')
st = hypothesis.strategies
SAMPLE = dict(type='mmaction.StNetSampleFrames', clip_len=1, num_clips=1)
NAMES = ['run', 'run fast', 'sit, then lie', '跳']


def videos_of(path, text: str | bytes, **settings) -> list[dict]:
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(data)
    return VideoList(str(path), **settings).read()


def pairs_of(path, text: str | bytes, **settings) -> list[tuple]:
    found = videos_of(path, text, **settings)
    return [(video['filename'], video['label']) for video in found]


def refused(path, text: str | bytes, **settings) -> str:
    with pytest.raises(StNetInputError) as caught:
        videos_of(path, text, **settings)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert '\n' not in message
    return message


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'list.txt'


@pytest.mark.parametrize(
    'text',
    [
        'a b.mp4 0\n/c:d.mp4 1\n',
        '\ufeffa b.mp4 0\r\n/c:d.mp4 1\r\n\r\n',
        'a b.mp4\t0\n/c:d.mp4\t1',
        'a b.mp4,0\n/c:d.mp4,1\n\n',
        'a b.mp4;0\n/c:d.mp4;1\n',
        'a b.mp4, 0\n/c:d.mp4, 1\n',
        '"a b.mp4" 0\n"/c:d.mp4" 1\n',
        '"a b.mp4","0"\n/c:d.mp4,1\n',
        '  a b.mp4   0  \n/c:d.mp4 1\n',
        'a b.mp4 run\n/c:d.mp4 run fast\n',
        'a b.mp4,run\n/c:d.mp4,run fast\n',
        'path,label\na b.mp4,0\n/c:d.mp4,1\n',
        'Label;Filename\n0;a b.mp4\nrun fast;/c:d.mp4\n',
        'path\tfps\tlabel\na b.mp4\t25\t0\n/c:d.mp4\t\t1\n',
        'path label\n\n"a b.mp4" 0\n/c:d.mp4 1\n',
        'a b.mp4 0\r/c:d.mp4 1\r',
    ],
)
def test_separators(path, text):
    expected = [('a b.mp4', 0), ('/c:d.mp4', 1)]
    assert pairs_of(path, text, classes=NAMES) == expected


def test_names_with_separators(path):
    text = 'a.mp4,sit, then lie\nb.mp4,跳\n'
    assert pairs_of(path, text, classes=NAMES) == [('a.mp4', 2), ('b.mp4', 3)]
    text = 'path,label\na.mp4,"sit, then lie"\n'
    assert pairs_of(path, text, classes=NAMES) == [('a.mp4', 2)]


@pytest.mark.parametrize(
    ('text', 'number', 'hint'),
    [
        (
            'a.mp4 0\nb.mp4 0\nc.mp4,1\n',
            3,
            "with delimiter=',' of the data set",
        ),
        ('a.mp4 0\nb.mp4\n', 2, 'is not a path and a label'),
        ('a.mp4 0\nb.mp4 walk\n', 2, "'walk' is not a label"),
        ('a.mp4 0\nb.mp4 runn\n', 2, "did you mean 'run'?"),
        ('a.mp4 0\n\nb.mp4 4\n', 3, 'label 4 is beyond the 4 classes'),
        ('a.mp4 0\nb.mp4 -1\n', 2, "'-1' is not a label"),
        ('a.mp4\nb.mp4\n', 1, 'is not a path and a label'),
        ('a.mp4 x\nb.mp4 y\n', 1, "'x' is not a label"),
        ('path,label\na.mp4,0,3\n', 2, '3 cells'),
        ('path,label\na.mp4,0\n,1\n', 3, 'no path or no label'),
        ('path,label\n"a.mp4,0\nb.mp4,1\n', 4, 'double quote'),
    ],
)
def test_lines_that_are_refused(path, text, number, hint):
    message = refused(path, text, classes=NAMES)
    assert f'line {number}: ' in message
    assert hint in message


@pytest.mark.parametrize('text', ['', '\n \n', '\ufeff', b'\xff\xfea\0'])
def test_files_that_are_refused(path, text):
    refused(path, text)


def test_a_given_delimiter_is_kept_to(path):
    assert pairs_of(path, 'a 1 2', delimiter=' ') == [('a 1', 2)]
    assert pairs_of(path, 'a,1::2\n', delimiter='::') == [('a,1', 2)]
    assert "delimiter=' '" in refused(path, 'a 1\n', delimiter='\t')


def test_lists_without_labels(path):
    text = 'a b.mp4\n"c d.mp4"\ne,f.mp4\n'
    expected = [('a b.mp4', -1), ('c d.mp4', -1), ('e,f.mp4', -1)]
    assert pairs_of(path, text, optional=True) == expected
    assert not VideoList(str(path), optional=True).labeled
    text = 'filename\na.mp4\n'
    assert pairs_of(path, text, optional=True) == [('a.mp4', -1)]
    lines = ''.join(f'{i}.mp4\n' for i in range(200))
    assert 'label all or none' in refused(path, lines + 'a 3', optional=True)


def test_several_labels(path):
    text = 'a.mp4 0 2\nb.mp4\n"c d.mp4" 1\n'
    assert pairs_of(path, text, several=True) == [
        ('a.mp4', [0, 2]),
        ('b.mp4', []),
        ('c d.mp4', [1]),
    ]
    text = 'path,label\na.mp4,0 2\nb.mp4,\nc.mp4,1|3\n'
    assert pairs_of(path, text, several=True) == [
        ('a.mp4', [0, 2]),
        ('b.mp4', []),
        ('c.mp4', [1, 3]),
    ]
    text = 'a.mp4 0 x 2\n'
    assert "'x' is not a label" in refused(path, text, several=True)


def test_parts_of_videos(path):
    text = 'path,start,end,label\na.mp4,1.5,3,0\na.mp4,,2,1\na.mp4,,,1\n'
    assert videos_of(path, text) == [
        dict(filename='a.mp4', label=0, start=1.5, end=3.0),
        dict(filename='a.mp4', label=1, end=2.0),
        dict(filename='a.mp4', label=1),
    ]
    text = 'path start_frame end_frame label\na.mp4 7 7 0\n'
    assert videos_of(path, text) == [
        dict(filename='a.mp4', label=0, start_frame=7, end_frame=7)
    ]


@pytest.mark.parametrize(
    ('times', 'hint'),
    [
        ('3,3,,', 'is empty'),
        ('3,2,,', 'is empty'),
        (',,3,2', 'is empty'),
        (',0,,', 'from 0 to 0.0 is empty'),
        ('-1,2,,', 'seconds from 0'),
        ('nan,2,,', 'seconds from 0'),
        (',,1.5,2', 'a number of a frame from 0'),
        ('0:01,2,,', 'seconds from 0'),
        ('1,,,9', 'not both'),
    ],
)
def test_parts_that_are_refused(path, times, hint):
    text = f'path,start,end,start_frame,end_frame,label\na.mp4,{times},0\n'
    message = refused(path, text)
    assert 'line 2: ' in message
    assert hint in message


def test_splits_are_refused(path):
    text = 'path,label,split\na.mp4,0,train\n'
    assert 'tools/make_annotations.py' in refused(path, text)


# Texts that are no labels, so that it is clear where a path ends.
words = st.text(
    st.characters(blacklist_characters='\n\r', blacklist_categories=['Cs']),
    min_size=1,
    max_size=9,
).map(lambda text: f'd/{text}.mp4')
rows = st.lists(st.tuples(words, st.integers(0, 3)), min_size=1, max_size=9)


@hypothesis.settings(
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    rows=rows,
    delimiter=st.sampled_from('\t,; '),
    end=st.sampled_from(['\n', '\r\n']),
    mark=st.sampled_from(['', '\ufeff']),
    header=st.booleans(),
)
def test_what_a_csv_writer_writes(path, rows, delimiter, end, mark, header):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    if header:
        writer.writerow(('path', 'label'))
    writer.writerows(rows)
    path.write_bytes((mark + buffer.getvalue()).encode())
    found = VideoList(str(path), delimiter=delimiter).read()
    assert [(v['filename'], v['label']) for v in found] == rows


@hypothesis.settings(
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    rows=rows, delimiter=st.sampled_from('\t,; '), names=st.booleans()
)
def test_the_separator_is_found(path, rows, delimiter, names):
    """Of lines as MMAction2 has them: no quotes, paths as they are."""
    rows = [(p.replace('"', ''), i) for p, i in rows]
    lines = [
        f'{name}{delimiter}{NAMES[label] if names else label}\n'
        for name, label in rows
    ]
    hypothesis.assume(
        delimiter == '\t' or not any('\t' in line for line in lines)
    )
    path.write_text(''.join(lines), encoding='utf-8')
    found = VideoList(str(path), NAMES).read()
    assert [(v['filename'], v['label']) for v in found] == rows


@hypothesis.settings(
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    data=st.one_of(st.binary(max_size=60), st.text(max_size=60)),
    several=st.booleans(),
    optional=st.booleans(),
)
def test_anything_is_read_or_refused(path, data, several, optional):
    """Never another error, and never a line left out."""
    data = data if isinstance(data, bytes) else data.encode(errors='ignore')
    path.write_bytes(data)
    try:
        found = VideoList(str(path), NAMES, several, optional).read()
    except StNetInputError:
        return
    text = data.decode('utf-8-sig').replace('\r', '\n')
    filled = sum(bool(line.strip()) for line in text.split('\n'))
    assert filled - 1 <= len(found) <= filled


def test_a_data_set(tmp_path):
    (tmp_path / 'classes.txt').write_text('one\ntwo\n\n')
    (tmp_path / 'list.txt').write_text('a b.mp4 1\n/c.mp4 0\ns3://d.mp4 0\n')
    data = DATASETS.build(
        dict(
            type='StNetVideoDataset',
            ann_file=str(tmp_path / 'list.txt'),
            data_prefix=dict(video='root'),
            metainfo=dict(classes=str(tmp_path / 'classes.txt')),
            pipeline=[],
        )
    )
    files = [data.get_data_info(i)['filename'] for i in range(3)]
    assert files == ['root/a b.mp4', '/c.mp4', 's3://d.mp4']
    assert data.metainfo['classes'] == ['one', 'two']
    assert [data.get_cat_ids(i) for i in range(3)] == [[1], [0], [0]]
    assert (data.labeled, data.labels) == (True, {0, 1})


def build(tmp_path, text: str, **settings):
    (tmp_path / 'list.txt').write_text(text)
    settings = dict(dict(pipeline=[]), **settings)
    return DATASETS.build(
        dict(
            type='StNetVideoDataset',
            ann_file=str(tmp_path / 'list.txt'),
            **settings,
        )
    )


def test_a_data_set_of_several_labels(tmp_path):
    data = build(
        tmp_path,
        'a.mp4 0 2\nb.mp4\n',
        multi_class=True,
        metainfo=dict(classes=['x', 'y', 'z']),
    )
    assert data.get_data_info(0)['label'].tolist() == [1, 0, 1]
    assert data.get_data_info(1)['label'].tolist() == [0, 0, 0]
    assert [data.get_cat_ids(i) for i in range(2)] == [[0, 2], []]


@pytest.mark.parametrize(
    ('settings', 'hint'),
    [
        (dict(multi_class=True), 'needs num_classes'),
        (dict(metainfo=dict(classes='gone.txt')), 'gone.txt: there is no'),
    ],
)
def test_settings_that_are_refused(tmp_path, settings, hint):
    with pytest.raises(StNetInputError, match=hint):
        build(tmp_path, 'a.mp4 0\n', **settings)


def test_parts_need_our_sampling(tmp_path):
    text = 'path,start,label\na.mp4,2,0\n'
    data = build(tmp_path, text, pipeline=[SAMPLE])
    assert data.get_data_info(0)['start'] == 2
    with pytest.raises(StNetInputError, match='only StNetSampleFrames'):
        build(
            tmp_path,
            text,
            pipeline=[dict(SAMPLE, type='mmaction.SampleFrames')],
        )

import pytest

from stnet_mm.datasets.annotations import Clip, read_list
from stnet_mm.errors import StNetInputError

from .trees import make_tree, noted

CLIPS = [Clip('a b.mp4', 'wave hand'), Clip('ビデオ/c.mp4', 'jump')]


@pytest.fixture
def folder(tmp_path):
    return make_tree(tmp_path, 'a b.mp4', 'ビデオ/c.mp4', 'frames/1.jpg')


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding='utf-8')
    return path


@pytest.mark.parametrize(
    ('name', 'text'),
    [
        ('x.csv', 'a b.mp4,wave hand\nビデオ/c.mp4,jump\n'),
        (
            'x.csv',
            '\ufeffPath,Label\r\na b.mp4,wave hand\r\nビデオ/c.mp4,jump',
        ),
        ('x.csv', 'a b.mp4;wave hand\n\nビデオ/c.mp4;jump\n'),
        ('x.csv', 'Action,file_path\nwave hand,"a b.mp4"\njump,ビデオ/c.mp4'),
        ('x.txt', 'a b.mp4 wave hand\nビデオ/c.mp4 jump\n'),
        ('x.tsv', 'a b.mp4\twave hand\nビデオ/c.mp4\tjump\n'),
        ('x.txt', 'file\tclass\na b.mp4\twave hand\nビデオ/c.mp4\tjump\n'),
    ],
)
def test_lists_of_names(folder, name, text):
    found = read_list(write(folder, name, text))
    assert found.clips == CLIPS
    assert found.classes == ['jump', 'wave hand']
    assert found.root == folder
    assert found.notes == []


@pytest.mark.parametrize('name', ['x.txt', 'x.csv'])
@pytest.mark.parametrize('titles', ['', 'path label\n'])
def test_labels_after_the_last_space(folder, name, titles):
    text = titles + 'a b.mp4 10\nビデオ/c.mp4 9\nframes 9\n'
    found = read_list(write(folder, name, text))
    assert found.clips == [
        Clip('a b.mp4', '10'),
        Clip('ビデオ/c.mp4', '9'),
        Clip('frames', '9'),
    ]
    assert found.classes == ['9', '10']


def test_names_of_the_labels(folder):
    labels = write(folder, 'classes.txt', 'sit\nwave hand\njump\n')
    for text in (
        'a b.mp4,1\nビデオ/c.mp4,2\n',
        'a b.mp4,wave hand\nビデオ/c.mp4,2',
    ):
        found = read_list(write(folder, 'x.csv', text), labels=labels)
        assert found.clips == CLIPS
        assert found.classes == ['sit', 'wave hand', 'jump']
        assert noted(found) == {'classes without clips': ['sit']}
    wrong = write(folder, 'x.csv', 'a b.mp4,1\nビデオ/c.mp4,3\n')
    with pytest.raises(StNetInputError, match="line 2.*'3'.*from 0 to 2"):
        read_list(wrong, labels=labels)
    labels.write_text('sit\nsit\njump\n')
    with pytest.raises(StNetInputError, match="'sit' is listed more than"):
        read_list(
            write(folder, 'x.csv', 'a b.mp4,sit\nframes,jump\n'), labels=labels
        )


def test_names_with_spaces(folder):
    labels = write(folder, 'classes.txt', 'jump\nhand\nwave hand\n')
    text = 'a b.mp4 wave hand\nビデオ/c.mp4 jump\nframes hand\n'
    found = read_list(write(folder, 'x.txt', text), labels=labels)
    assert found.clips == [*CLIPS, Clip('frames', 'hand')]


@pytest.mark.parametrize(
    ('names', 'listed', 'classes'),
    [
        ('123', '012', '123'),
        ('123', '123', '123'),
        ('012', '012', '012'),
        ('210', '210', None),
        ('123', '121', None),
    ],
)
def test_numbers_that_are_names(folder, names, listed, classes):
    labels = write(folder, 'classes.txt', '\n'.join(names))
    paths = ('a b.mp4', 'ビデオ/c.mp4', 'frames')
    text = ''.join(f'{path} {n}\n' for path, n in zip(paths, listed))
    path = write(folder, 'x.txt', text)
    if classes:
        found = read_list(path, labels=labels)
        assert [clip.label for clip in found.clips] == [*classes]
        return
    with pytest.raises(StNetInputError, match='is the name of a class and'):
        read_list(path, labels=labels)


def test_columns_that_are_not_read(folder):
    text = (
        'id,label,subject,video\n7,wave hand,s1,a b.mp4\n'
        '8,jump,s2,ビデオ/c.mp4\n'
    )
    found = read_list(write(folder, 'x.csv', text))
    assert found.clips == CLIPS
    (note,) = found.notes
    assert str(note).startswith('columns not read')
    assert note.paths == ['id', 'subject']


def test_splits_and_groups(folder):
    text = (
        'path,label,subset,group\na b.mp4,x,training,s1\n'
        'ビデオ/c.mp4,y,val,\nframes,y,Test,s2\n'
    )
    assert read_list(write(folder, 'x.csv', text)).clips == [
        Clip('a b.mp4', 'x', 'train', 's1'),
        Clip('ビデオ/c.mp4', 'y', 'val'),
        Clip('frames', 'y', 'test', 's2'),
    ]


def test_where_the_clips_are(folder, tmp_path_factory):
    lists = tmp_path_factory.mktemp('lists')
    outside = make_tree(tmp_path_factory.mktemp('more'), 'd.mp4') / 'd.mp4'
    path = write(
        lists,
        'x.csv',
        f'./a b.mp4,x\n{folder}/ビデオ/c.mp4,y\n{outside},y\ngone.mp4,z\n',
    )
    found = read_list(path, folder)
    assert [clip.path for clip in found.clips] == [
        *('a b.mp4', 'ビデオ/c.mp4', str(outside)),
    ]
    assert found.classes == ['x', 'y']
    assert noted(found) == {'not on the disk': ['gone.mp4']}
    with pytest.raises(StNetInputError, match='none of its 2 clips is in'):
        read_list(write(lists, 'x.csv', 'a b.mp4,x\nframes,y\n'))


def test_clips_that_are_listed_again(folder):
    text = 'a b.mp4 x\nframes y\n./a b.mp4 x\n'
    found = read_list(write(folder, 'x.txt', text))
    assert [clip.path for clip in found.clips] == ['a b.mp4', 'frames']
    assert noted(found) == {'listed again': ['a b.mp4']}


@pytest.mark.parametrize(
    ('name', 'text', 'message'),
    [
        ('x.csv', '', 'is empty'),
        ('x.csv', 'path,label,class\n', 'columns label and class are labels'),
        ('x.csv', 'path,label\n', 'no clips found'),
        ('x.csv', 'a b.mp4,x\nframes\n', "line 2: 'frames' is not a path and"),
        ('x.csv', 'a b.mp4,x\nframes,\n', 'line 2'),
        ('x.csv', 'a b.mp4,x,train\n', 'line 1'),
        ('x.txt', 'frames x\n\nc.mp4\n', 'line 3'),
        ('x.csv', 'path,label,split\nframes,x,dev2\n', "line 2.*'dev2'"),
        ('x.txt', 'frames x\na b.mp4 x\n', "all clips are of the class 'x'"),
        ('x.txt', 'frames x\nframes y\n', "frames is in the class 'x' and"),
        (
            'x.csv',
            'path,label,split\nframes,x,train\nframes,x,val\n',
            "frames is in the split 'train' and in 'val'",
        ),
    ],
)
def test_bad_lists(folder, name, text, message):
    path = write(folder, name, text)
    with pytest.raises(StNetInputError, match=message) as error:
        read_list(path)
    assert '\n' not in str(error.value)
    assert str(folder) in str(error.value)


def test_files_that_are_no_lists(folder):
    (folder / 'x.csv').write_bytes(b'caf\xe9.mp4,x\n')
    with pytest.raises(StNetInputError, match='x.csv is not UTF-8'):
        read_list(folder / 'x.csv')
    with pytest.raises(StNetInputError, match='a b.mp4 is a video: give a f'):
        read_list(folder / 'a b.mp4')
    with pytest.raises(StNetInputError, match='y.csv: there is no such file'):
        read_list(folder / 'y.csv')

from random import Random

import pytest

from stnet_mm.datasets.annotations import Clip, split_clips
from stnet_mm.errors import StNetInputError


def make_clips(**numbers):
    """Clips of each class, called ``CLASS/0007.mp4``."""
    return [
        Clip(f'{label}/{i:04}.mp4', label)
        for label, number in numbers.items()
        for i in range(number)
    ]


def sizes(splits, label=None):
    """Number of clips in train, val and test."""
    return tuple(
        sum(label in (None, clip.label) for clip in splits.get(split, ()))
        for split in ('train', 'val', 'test')
    )


def values(splits, name):
    """The values that clips of each split have."""
    return [{getattr(c, name) for c in clips} for clips in splits.values()]


@pytest.mark.parametrize(
    ('number', 'expected'),
    [
        (2, (1, 0, 1)),
        (4, (3, 0, 1)),
        (5, (3, 1, 1)),
        (14, (12, 1, 1)),
        (15, (11, 2, 2)),
        (100, (80, 10, 10)),
        (1000, (800, 100, 100)),
    ],
)
def test_each_class_by_itself(number, expected):
    clips = make_clips(a=number, b=7, c=40)
    splits = split_clips(clips)
    assert sizes(splits, 'a') == expected
    assert sizes(splits, 'b') == (5, 1, 1)
    assert sizes(splits, 'c') == (32, 4, 4)
    assert sorted(
        clip._replace(split=None)
        for split in splits.values()
        for clip in split
    ) == sorted(clips)
    assert all(
        clip.split == split for split in splits for clip in splits[split]
    )


@pytest.mark.parametrize(
    ('fractions', 'expected'),
    [
        ((0.6, 0.2, 0.2), (12, 4, 4)),
        ((0.5, 0, 0.5), (10, 0, 10)),
        ((0.75, 0.25, 0), (15, 5, 0)),
        ((0.01, 0.01, 0.98), (1, 1, 18)),
    ],
)
def test_fractions(fractions, expected):
    splits = split_clips(make_clips(a=20, b=20), fractions)
    assert sizes(splits, 'a') == sizes(splits, 'b') == expected
    assert len(splits) == sum(number > 0 for number in expected)


def test_validation_takes_the_place_of_testing():
    splits = split_clips(make_clips(a=2, b=3), (0.9, 0.1, 0))
    assert sizes(splits, 'a') == (1, 1, 0)
    assert sizes(splits, 'b') == (2, 1, 0)


def test_the_seed_alone_decides():
    clips = make_clips(a=30, b=30)
    splits = split_clips(clips)
    Random(0).shuffle(clips)
    assert split_clips(clips) == splits
    other = split_clips(clips, seed=1)
    assert sizes(other) == sizes(splits)
    assert other['test'] != splits['test']
    # Not the first or last ones by name.
    numbers = {clip.path for clip in splits['test'] if clip.label == 'a'}
    assert numbers != {f'a/{i:04}.mp4' for i in (27, 28, 29)}
    assert numbers != {f'a/{i:04}.mp4' for i in (0, 1, 2)}


def test_clips_of_a_subject_stay_together():
    clips = [
        Clip(f'{label}/s{subject:02}_{take}.mp4', label)
        for label in ('sit', 'jump', 'wave')
        for subject in range(20)
        for take in range(4)
    ]
    splits = split_clips(clips, group_by=r'/(s\d+)_')
    for label in ('sit', 'jump', 'wave'):
        assert sizes(splits, label) == (64, 8, 8)
    train, val, test = values(splits, 'group')
    assert len(train) == 16
    assert len(train | val | test) == 20
    # The whole match does as well.
    same = split_clips(clips, group_by=r's\d+')
    assert values(same, 'path') == values(splits, 'path')
    grouped = [*clips[:-1], clips[-1]._replace(group='of the list')]
    with pytest.raises(
        StNetInputError, match="wave/s19_3.mp4: .*'of the list' already"
    ):
        split_clips(grouped, group_by=r's\d+')


def test_groups_of_other_sizes():
    rng = Random(0)
    clips = [
        Clip(f'{label}/{group}_{i}.mp4', label, None, f'{label}{group}')
        for label in ('a', 'b')
        for group in range(25)
        for i in range(rng.randint(4, 7))
    ]
    splits = split_clips(clips)
    train, val, test = values(splits, 'group')
    assert len(train) + len(val) + len(test) == len(train | val | test)
    for label in ('a', 'b'):
        total = sum(clip.label == label for clip in clips)
        for number, fraction in zip(sizes(splits, label), (0.8, 0.1, 0.1)):
            assert abs(number - fraction * total) <= 7


def test_two_groups_are_divided():
    clips = [
        Clip(f'{label}/{group}/{i}.mp4', label, None, f'{label}{group}')
        for label in ('a', 'b')
        for group, number in (('big', 50), ('small', 49))
        for i in range(number)
    ]
    splits = split_clips(clips)
    assert sizes(splits, 'a') == (50, 0, 49)


def test_equal_contents_stay_together():
    clips = make_clips(a=40, b=40)
    contents = {clip.path: str(i // 2) for i, clip in enumerate(clips)}
    # Of every four clips the middle ones are a group: all four are together.
    clips = [
        clip._replace(group=str(i // 4) if i % 4 in (1, 2) else None)
        for i, clip in enumerate(clips)
    ]
    splits = split_clips(clips, contents=contents)
    fours = [
        {
            int(clip.path[2:6]) // 4 + 10 * (clip.label == 'b')
            for clip in chosen
        }
        for chosen in splits.values()
    ]
    assert [len(found) for found in fours] == [16, 2, 2]
    assert len(set().union(*fours)) == 20
    assert sizes(splits) == (64, 8, 8)


def test_large_groups_come_first():
    clips = [
        Clip(f'{label}/{group}/{i}.mp4', label, None, f'{label}{group}')
        for label in ('a', 'b')
        for group, number in enumerate((40, 5, 5, 40, 5, 5))
        for i in range(number)
    ]
    splits = split_clips(clips)
    assert sizes(splits, 'a') == sizes(splits, 'b') == (80, 10, 10)


def test_rare_classes_come_first():
    # Others choose from three subjects; "z" needs both of its own.
    clips = [
        Clip(f'{label}{i}/{subject}.mp4', f'{label}{i}', None, f'{i}{subject}')
        for i in range(40)
        for label, subjects in (('a', 'suv'), ('b', 'txy'), ('z', 'st'))
        for subject in subjects
    ]
    splits = split_clips(clips)
    for i in range(40):
        assert sizes(splits, f'z{i}') == (1, 0, 1)


def test_groups_that_cannot_be_divided():
    # Of three subjects each class has two: no split in two suits all.
    clips = [
        Clip(f'{label}/{group}.mp4', label, None, group)
        for label, groups in (('a', '12'), ('b', '23'), ('c', '31'))
        for group in groups
    ]
    with pytest.raises(
        StNetInputError, match='no way was found .* in train and test'
    ):
        split_clips(clips)


def test_given_splits_are_kept():
    clips = [
        Clip('a/1.mp4', 'a', 'test'),
        Clip('a/2.mp4', 'a', 'train'),
        Clip('b/1.mp4', 'b', 'train'),
    ]
    splits = split_clips(clips)
    assert splits == {'train': clips[1:], 'test': clips[:1]}
    with pytest.raises(StNetInputError, match='b/1.mp4 has no split'):
        split_clips([*clips[:2], Clip('b/1.mp4', 'b')])
    # The clips 1 are of one subject.
    with pytest.raises(
        StNetInputError, match="a/1.mp4 .test. and b/1.mp4 .train.*'1'"
    ):
        split_clips(clips, group_by=r'(\d)\.mp4')


@pytest.mark.parametrize(
    ('clips', 'message'),
    [
        ([], 'no clips'),
        (make_clips(a=3, b=1), "class 'b' has one clip only, b/0000.mp4: add"),
        (
            [c._replace(group=c.label) for c in make_clips(a=3)],
            "class 'a' has 3 clips of one group or the same content only, a/0",
        ),
    ],
)
def test_classes_that_are_too_small(clips, message):
    with pytest.raises(StNetInputError, match=message) as error:
        split_clips(clips)
    assert '\n' not in str(error.value)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(fractions=(0.8, 0.1)), 'fractions 0.8 0.1: give three'),
        (dict(fractions=(0.8, 0.1, 0.2)), 'sum to 1'),
        (dict(fractions=(1, 0, 0)), 'only one of the last two'),
        (dict(fractions=(1.2, -0.1, -0.1)), 'sum to 1'),
        (dict(group_by='('), "'[(]' is no regular expression"),
        (dict(group_by=r's\d+'), r"a/0000.mp4: the pattern 's\\d\+' names"),
        (dict(group_by='(x)?'), 'names no group'),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(StNetInputError, match=message):
        split_clips(make_clips(a=3, b=3), **options)


def test_ten_thousand_classes():
    clips = make_clips(**{f'class{i:05}': 2 for i in range(10_000)})
    splits = split_clips(clips)
    assert sizes(splits) == (10_000, 0, 10_000)
    assert sizes(splits, 'class09999') == (1, 0, 1)

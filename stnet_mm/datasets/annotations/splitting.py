"""Splitting clips to train, validate and test on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from ...errors import StNetInputError, check_choice
from .assignment import Assignment
from .clip import SPLITS, Clip
from .grouping import gather_groups, name_groups

# Orders to try where groups of several classes get in each other's way.
_TRIES = 20


def split_clips(
    clips: Sequence[Clip],
    fractions: Sequence[float] = (0.8, 0.1, 0.1),
    seed: int = 0,
    group_by: str | None = None,
    contents: Mapping[str, str] | None = None,
) -> dict[str, list[Clip]]:
    """Split clips, each class by the same fractions.

    Clips of one group, or of equal content, never go to different splits.
    Every class is in the training and in the test split, and in the
    validation split if it has five groups or more; a clip without a group is
    one of its own. With a fraction of 0 to test on, the validation split
    takes the place of the test split.

    Clips that have a split keep it. The same clips, seed and fractions give
    the same splits, whatever the order of the clips.

    Args:
        clips (Sequence[Clip]): The clips.
        fractions (Sequence[float]): To train, validate and test on.
            Defaults to (0.8, 0.1, 0.1).
        seed (int): Seed of the random choice. Defaults to 0.
        group_by (str, optional): As ``name_groups`` takes it. Defaults to
            None: clips have the groups that their list names.
        contents (Mapping[str, str], optional): The same text for paths of
            the same content, as ``check_clips`` finds. Defaults to None.

    Returns:
        dict[str, list[Clip]]: The clips of ``'train'``, ``'val'`` and
        ``'test'``, by path; without the splits that have none.

    Raises:
        StNetInputError: If a class has too few groups, only some of the
            clips have a split, or splits that clips have divide a group.
    """
    _check_fractions(fractions)
    if not clips:
        raise StNetInputError('there are no clips to split')
    clips = sorted(clips, key=lambda clip: clip.path)
    if group_by is not None:
        clips = name_groups(clips, group_by)
    if any(clip.split for clip in clips):
        _check_given(clips)
    else:
        clips = _choose_splits(clips, fractions, seed, contents or {})
    splits: dict[str, list[Clip]] = {split: [] for split in SPLITS}
    for clip in clips:
        splits[str(clip.split)].append(clip)
    return {split: chosen for split, chosen in splits.items() if chosen}


def _check_fractions(fractions: Sequence[float]) -> None:
    train, *others = fractions
    if (
        len(others) != 2
        or not (train > 0 and min(others) >= 0 and max(others) > 0)
        or abs(train + sum(others) - 1) > 1e-6
    ):
        raise StNetInputError(
            f'fractions {" ".join(map(str, fractions))}: give three that sum '
            'to 1, to train, validate and test on; only one of the last two '
            'may be 0'
        )


def _check_given(clips: Sequence[Clip]) -> None:
    """Check the splits that clips have."""
    first: dict[str, Clip] = {}
    for clip in clips:
        if clip.split is None:
            raise StNetInputError(
                f'{clip.path} has no split, but other clips have: give all a '
                'split, or none'
            )
        check_choice('split', clip.split, SPLITS)
        if clip.group is None:
            continue
        other = first.setdefault(clip.group, clip)
        if other.split != clip.split:
            raise StNetInputError(
                f'{other.path} ({other.split}) and {clip.path} ({clip.split}) '
                f'are of the group {clip.group!r}, but of different splits: '
                'move one of them'
            )


def _choose_splits(
    clips: Sequence[Clip],
    fractions: Sequence[float],
    seed: int,
    contents: Mapping[str, str],
) -> list[Clip]:
    groups = gather_groups(clips, contents)
    _check_groups(groups)
    for attempt in range(_TRIES):
        Random(f'{seed}, {attempt}').shuffle(groups)
        assignment = Assignment(groups, fractions)
        label = assignment.run()
        if label is None:
            return sorted(
                (
                    clip._replace(split=split)
                    for group, split in zip(groups, assignment.splits)
                    for clip in group
                ),
                key=lambda clip: clip.path,
            )
    raise StNetInputError(
        f'no way was found to have the class {label!r} in '
        f'{" and ".join(assignment.required)}, because its groups also hold '
        'other classes: form smaller groups, or add clips of other groups'
    )


def _check_groups(groups: Sequence[Sequence[Clip]]) -> None:
    """Check that every class has a group to train on and one to test on."""
    members: dict[str, list[Sequence[Clip]]] = {}
    for group in groups:
        for label in {clip.label for clip in group}:
            members.setdefault(label, []).append(group)
    for label in sorted(members):
        if len(members[label]) > 1:
            continue
        paths = [c.path for c in members[label][0] if c.label == label]
        what = 'one clip only'
        if len(paths) > 1:
            what = f'{len(paths)} clips of one group or the same content only'
        raise StNetInputError(
            f'the class {label!r} has {what}, {paths[0]}: add others, because '
            'it needs some to train and some to test on, or remove the class'
        )

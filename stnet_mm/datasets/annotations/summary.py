"""What was written, and the lines of a config that use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from .clip import Clip


def summarize(
    splits: Mapping[str, Sequence[Clip]], classes: Sequence[str]
) -> str:
    """Make a table of the splits.

    Args:
        splits (Mapping[str, Sequence[Clip]]): The clips of each split.
        classes (Sequence[str]): Names of all classes.

    Returns:
        str: A line for each split: clips, classes that have some, and the
        fewest, median and most clips of a class.
    """
    lines = [
        f'{"split":<6}{"clips":>9}{"classes":>9}   clips of a class: min / '
        'median / max'
    ]
    for split, clips in splits.items():
        counts = Counter(clip.label for clip in clips)
        of_class = [counts[name] for name in classes]
        lines.append(
            f'{split:<6}{len(clips):>9}{len(counts):>9}   '
            f'{min(of_class)} / {median(of_class):g} / {max(of_class)}'
        )
    return '\n'.join(lines)


def config_lines(
    root: str | Path,
    out: str | Path,
    splits: Mapping[str, Sequence[Clip]],
    classes: Sequence[str],
) -> str:
    """Make the lines that change in a config for one's own data.

    Args:
        root (str | Path): The folder that paths of clips are relative to.
        out (str | Path): The folder of the lists.
        splits (Mapping[str, Sequence[Clip]]): The clips of each split.
        classes (Sequence[str]): Names of all classes.

    Returns:
        str: Lines of Python. Validation and test splits stand in for each
        other where one has no clips.
    """
    lines = [
        f'num_classes = {len(classes)}',
        f'data_root = {str(root)!r}',
        f'list_folder = {str(out)!r}',
    ]
    for setting, names in dict(
        train_list=('train',),
        val_list=('val', 'test'),
        test_list=('test', 'val'),
    ).items():
        written = [name for name in names if name in splits]
        if written:
            lines.append(f"{setting} = '{written[0]}.txt'")
    return '\n'.join(lines)

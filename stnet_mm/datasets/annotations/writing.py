"""Writing the lists that ``StNetVideoDataset`` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...errors import StNetInputError, check_choice
from .clip import SPLITS, Clip
from .found import check_name
from .text_file import write_text


def write_lists(
    out: str | Path,
    splits: Mapping[str, Sequence[Clip]],
    classes: Sequence[str],
    overwrite: bool = False,
) -> None:
    """Write ``classes.txt`` and ``train.txt``, ``val.txt``, ``test.txt``.

    Args:
        out (str | Path): The folder for them; made if it is missing.
        splits (Mapping[str, Sequence[Clip]]): The clips of each split; a
            split without clips gets no list.
        classes (Sequence[str]): Names of the classes, in the order of the
            labels.
        overwrite (bool): Whether to replace other lists in the folder, and
            to remove those of splits without clips. Defaults to False: they
            are an error.

    Raises:
        StNetInputError: If a split or class is unknown, a name cannot stand
            in a list, there are other lists in the folder, or they cannot be
            written.
    """
    out = Path(out)
    texts = list_texts(splits, classes)
    other = None if overwrite else find_other_list(out, texts)
    if other is not None:
        raise StNetInputError(
            f'{other} is there already and differs: remove it, choose another '
            'folder, or let it be overwritten'
        )
    for name, path in _paths(out).items():
        if name in texts:
            write_text(path, texts[name])
        elif path.exists():
            path.unlink()


def find_other_list(out: str | Path, texts: Mapping[str, str]) -> Path | None:
    """Find a list in a folder that would be replaced by a different one.

    Args:
        out (str | Path): The folder, which need not be there.
        texts (Mapping[str, str]): What ``list_texts`` gave.

    Returns:
        Path | None: The first such list; None if there is none.
    """
    for name, path in _paths(Path(out)).items():
        if path.exists() and not _holds(path, texts.get(name)):
            return path
    return None


def list_texts(
    splits: Mapping[str, Sequence[Clip]], classes: Sequence[str]
) -> dict[str, str]:
    """What ``write_lists`` writes.

    Args:
        splits (Mapping[str, Sequence[Clip]]): The clips of each split.
        classes (Sequence[str]): Names of the classes.

    Returns:
        dict[str, str]: The text of ``'classes'`` and of each split that has
        clips.

    Raises:
        StNetInputError: If a split or class is unknown, or a name cannot
            stand in a list.
    """
    labels = {name: label for label, name in enumerate(classes)}
    texts = {'classes': ''.join(f'{name}\n' for name in classes)}
    for name in classes:
        check_name(name)
    for split, clips in splits.items():
        check_choice('split', split, SPLITS)
        for clip in clips:
            check_name(clip.path)
            if clip.label not in labels:
                raise StNetInputError(
                    f'{clip.path}: its class {clip.label!r} is not among the '
                    'names of the classes'
                )
        if clips:
            texts[split] = ''.join(
                f'{clip.path} {labels[clip.label]}\n' for clip in clips
            )
    return texts


def _paths(out: Path) -> dict[str, Path]:
    return {name: out / f'{name}.txt' for name in ('classes', *SPLITS)}


def _holds(path: Path, text: str | None) -> bool:
    return text is not None and path.read_bytes() == text.encode()

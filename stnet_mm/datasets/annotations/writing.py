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
    texts = _texts(splits, classes)
    paths = {name: out / f'{name}.txt' for name in ('classes', *SPLITS)}
    if not overwrite:
        for name, path in paths.items():
            if path.exists() and not _holds(path, texts.get(name)):
                raise StNetInputError(
                    f'{path} is there already and differs: remove it, choose '
                    'another folder, or let it be overwritten'
                )
    for name, path in paths.items():
        if name in texts:
            write_text(path, texts[name])
        elif path.exists():
            path.unlink()


def _texts(
    splits: Mapping[str, Sequence[Clip]], classes: Sequence[str]
) -> dict[str, str]:
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


def _holds(path: Path, text: str | None) -> bool:
    return text is not None and path.read_bytes() == text.encode()

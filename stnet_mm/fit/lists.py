"""The lists of a fit, which stay the same however often it goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from ..datasets.annotations import (
    Clip,
    find_other_list,
    list_texts,
    write_lists,
)
from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from .folder import FitFolder


def keep_lists(
    folder: FitFolder,
    splits: Mapping[str, Sequence[Clip]],
    classes: Sequence[str],
    contents: Mapping[str, str],
) -> None:
    """Write the lists, or check that they are those that the fit began with.

    Other clips, or other contents of them, would be split in another way, and
    some that the network was trained on would be among those to test on.

    Args:
        folder (FitFolder): The fit's folder.
        splits (Mapping[str, Sequence[Clip]]): The clips of each split.
        classes (Sequence[str]): Names of the classes.
        contents (Mapping[str, str]): Hash of the content of each clip, by
            its path.

    Raises:
        StNetInputError: If the clips are others, or the lists cannot be
            written.
        OSError: If what they were cannot be noted.
    """
    texts = list_texts(splits, classes)
    plain = json.dumps(texts, sort_keys=True)
    listed = [contents[c.path] for clips in splits.values() for c in clips]
    # Earlier versions noted the second one.
    digests = [_digest_of(plain + json.dumps(listed)), _digest_of(plain)]
    if find_other_list(folder.lists, texts) or not _agrees(folder, digests):
        raise StNetInputError(
            f'{folder.root}: the clips, or those that can be read, are others '
            'than when this fit began: choose another --out, or delete the '
            'whole folder to begin anew'
        )
    write_lists(folder.lists, splits, classes)
    write_atomically(folder.digest, digests[0].encode())


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _agrees(folder: FitFolder, digests: Sequence[str]) -> bool:
    """Whether what is there already was made with the lists of a digest."""
    if not (folder.config.exists() or folder.training.exists()):
        return True
    if folder.digest.exists():
        return folder.digest.read_text(encoding='utf-8') in digests
    # Earlier versions noted none: then only the lists themselves can tell.
    return (folder.lists / 'train.txt').exists()

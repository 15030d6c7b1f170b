"""Checking the videos of a config before its first epoch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

from ...errors import StNetInputError
from ...utils.class_names import read_class_names
from ...utils.nested import walk
from ..tolerant_dataset import BAD_SHARE
from ..video_list import VideoList
from .check import check_videos
from .entries import Entry
from .finding import DUPLICATE, OK, OUTSIDE

# What training can read.
GOOD = (OK, DUPLICATE, OUTSIDE)


def check_config(cfg: Config) -> None:
    """Check the videos to train and validate on.

    Args:
        cfg (Config): The config.

    Raises:
        StNetInputError: If a video cannot be read, or, of a data set that
            goes on without it, more than its ``bad_share``.
    """
    for split in ('train', 'val'):
        for data in _with_lists(cfg.get(f'{split}_dataloader')):
            _check_list(data)


def _check_list(data: dict) -> None:
    root = (data.get('data_prefix') or {}).get('video') or ''
    findings = check_videos(_list_videos(data), root)
    bad = [f for f in findings if f.kind not in GOOD]
    share = 0.0
    tolerant = (data.get('on_bad_video') or 'error') != 'error'
    if tolerant or data.get('max_refetch'):
        share = data.get('bad_share', BAD_SHARE)
    text = (
        f'{len(bad)} of {len(findings)} videos of {data["ann_file"]} cannot '
        f'be used: {"; ".join(map(str, bad))}'
    )
    if len(bad) > share * len(findings):
        raise StNetInputError(
            f'{text}; `python tools/check_videos.py` writes a list without '
            'them'
        )
    print_log(text if bad else f'{data["ann_file"]}: all videos can be read')


def _list_videos(data: dict) -> list[Entry]:
    """The videos of a data set's config, as the data set will read them."""
    classes = (data.get('metainfo') or {}).get('classes')
    listed = VideoList(
        data['ann_file'],
        read_class_names(classes) if isinstance(classes, str) else classes,
        data.get('multi_class', False),
        data.get('test_mode', False),
        data.get('delimiter'),
    )
    entries = []
    for video in listed.read():
        path, label = video.pop('filename'), video.pop('label')
        labels = label if isinstance(label, list) else [label]
        texts = tuple(str(label) for label in labels if label >= 0)
        entries.append(Entry(path, texts, path, '', tuple(video.items())))
    return entries


def _with_lists(settings: Any) -> Iterator[dict]:
    """The data sets of a loader's config that read a list of videos."""
    for _, part in walk(settings):
        if (
            isinstance(part, dict)
            and 'ann_file' in part
            and 'video' in (part.get('data_prefix') or {})
        ):
            yield _located(part)


def _located(data: dict) -> dict:
    """A data set's config with ``data_root`` put before its paths."""
    root = data.get('data_root') or ''
    video = os.path.join(root, data['data_prefix']['video'])
    return dict(
        data,
        ann_file=os.path.join(root, data['ann_file']),
        data_prefix=dict(data['data_prefix'], video=video),
    )

"""Checking the videos of a config before its first epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

from ...errors import StNetInputError
from .check import check_videos
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
    findings = check_videos(data['ann_file'], root)
    bad = [f for f in findings if f.kind not in GOOD]
    share = 0.0
    if data.get('on_bad_video', 'error') != 'error' or data.get('max_refetch'):
        share = data.get('bad_share', 0.1)
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


def _with_lists(settings: Any) -> Iterator[dict]:
    """The data sets of a loader's config that read a list of videos."""
    if isinstance(settings, dict):
        if 'ann_file' in settings and 'video' in (
            settings.get('data_prefix') or {}
        ):
            yield settings
        settings = list(settings.values())
    if isinstance(settings, (list, tuple)):
        for part in settings:
            yield from _with_lists(part)

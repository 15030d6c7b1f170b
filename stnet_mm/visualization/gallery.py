"""A page of many videos with their predictions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from ..datasets.transforms.sources import is_url
from ..errors import StNetInputError
from ..utils.mp4_writer import MP4Writer, playback_options
from .rendering import data_uri, picture_uri, write_page
from .source_video import SourceVideo

PREVIEW_SECONDS = 10
PREVIEW_SIDE = 320
QUALITY = 30
# So much of videos is in a page; what is beyond has a still picture only.
MAX_BYTES = 40_000_000


@dataclass(frozen=True)
class Card:
    """A video of the gallery.

    Attributes:
        video (str): Its path, or its URL.
        predictions (Sequence[tuple[str, float]]): Names and probabilities of
            the best classes, the best first.
        truth (Sequence[str], optional): The true class, or labels. Defaults
            to None, unknown.
        probable (bool): Whether predictions have probabilities; else they
            have logits. Defaults to True.
        file (str, optional): Where it has been downloaded to. Defaults to
            None: ``video``.
        labels (Sequence[str], optional): Of a model of several labels a
            video, those that it gives. Defaults to None: one label.
        unknown (bool): Whether it is taken for a video of no class. Defaults
            to False.
    """

    video: str
    predictions: Sequence[tuple[str, float]]
    truth: Sequence[str] | None = None
    probable: bool = True
    file: str | None = None
    labels: Sequence[str] | None = None
    unknown: bool = False

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return Path(self.video).name

    @property
    def folder(self) -> str:
        """The folder that it is in."""
        if is_url(self.video):
            return self.video.rpartition('/')[0]
        return str(Path(self.video).parent)

    @property
    def confidence(self) -> float:
        """Score of the best class; 0 if there is none."""
        return self.predictions[0][1] if self.predictions else 0.0

    @property
    def wrong(self) -> bool:
        """Whether what is predicted is known not to be the truth."""
        if self.truth is None:
            return False
        best = [name for name, _ in self.predictions[:1]]
        if self.unknown:
            best = []
        predicted = best if self.labels is None else self.labels
        return {*predicted} != {*self.truth}


@dataclass(frozen=True)
class Preview:
    """What the gallery shows of a video.

    Attributes:
        still (str): A picture of its middle, as an address.
        video (bytes): Its first seconds, as mp4.
    """

    still: str
    video: bytes


class _Entry(NamedTuple):
    """What the page has of a video: as addresses, or why it has nothing."""

    card: Card
    still: str | None = None
    video: str | None = None
    problem: str | None = None


class Gallery:
    """Collects videos, then writes their page."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._bytes = 0

    def add(self, card: Card) -> None:
        """Add a video; of one that cannot be played the page says why.

        Args:
            card (Card): The video.

        Raises:
            ImportError: If PyAV is missing.
        """
        try:
            preview = make_preview(SourceVideo(card.file or card.video))
        except StNetInputError as error:
            # Its prediction is worth having: other frames could be read.
            # Not the temporary file that it was downloaded to.
            problem = str(error).replace(card.file or card.video, card.video)
            self._entries.append(_Entry(card, problem=problem))
            return
        address = None
        if self._bytes + len(preview.video) <= MAX_BYTES:
            self._bytes += len(preview.video)
            address = data_uri(preview.video, 'video/mp4')
        self._entries.append(_Entry(card, preview.still, address))

    def write(self, path: str | Path, title: str) -> None:
        """Write the page: misclassified videos first, then by confidence.

        Args:
            path (str | Path): The HTML file.
            title (str): What to call it.

        Raises:
            OSError: If it cannot be written; nothing is left behind.
        """
        entries = sorted(
            self._entries,
            key=lambda e: (not e.card.wrong, -e.card.confidence),
        )
        known = [e.card for e in entries if e.card.truth is not None]
        write_page(
            path,
            'gallery',
            title=title,
            entries=entries,
            known=len(known),
            right=sum(not card.wrong for card in known),
            seconds=PREVIEW_SECONDS,
        )


def make_preview(source: SourceVideo) -> Preview:
    """Make what a gallery shows of a video.

    Args:
        source (SourceVideo): The video.

    Returns:
        Preview: A still and the first 10 seconds, small.

    Raises:
        StNetInputError: If the video cannot be decoded; names it.
    """
    buffer = io.BytesIO()
    middle = min(len(source) / source.fps, PREVIEW_SECONDS) / 2
    still: np.ndarray | None = None
    options = playback_options(source.fps, QUALITY)
    with MP4Writer(buffer, source.fps, options, PREVIEW_SIDE) as writer:
        for time, picture in takewhile(
            lambda shown: shown.time < PREVIEW_SECONDS, source
        ):
            writer.write(time, picture)
            if still is None or time <= middle:
                still = picture
    # Every video has a first frame.
    uri = picture_uri(cast(np.ndarray, still), PREVIEW_SIDE)
    return Preview(uri, buffer.getvalue())

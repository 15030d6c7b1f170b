"""What is printed of a stream."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from stnet_runtime.live_source import LiveSource
from stnet_runtime.open_set import UNKNOWN

from ..apis import VideoClassifier
from ..utils.score_text import score_text
from .stream_classifier import StreamClassifier, StreamPrediction

# Latencies of so many predictions are kept.
LATENCIES = 10_000


class StreamReport:
    """Prints predictions, and measures what they cost.

    Args:
        classify (VideoClassifier): The recognizer.
        topk (int): How many classes to print.
        as_json (bool): Whether to print lines of JSON with all scores.
    """

    def __init__(
        self, classify: VideoClassifier, topk: int, as_json: bool
    ) -> None:
        self._classify, self._topk, self._as_json = classify, topk, as_json
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self._begin = time.monotonic()
        self._busy = 0.0
        self._told = False
        self._count = 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count the time of some work."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self._busy += time.monotonic() - begin

    def check(self, stream: StreamClassifier) -> None:
        """Say once on stderr if the window is too short for the stream.

        Args:
            stream (StreamClassifier): What took the frames.
        """
        if stream.sparse and not self._told:
            self._told = True
            print(
                'frames come further apart than segments are long, so that '
                'most of a window is repeated frames: give a longer --window',
                file=sys.stderr,
                flush=True,
            )

    def show(self, prediction: StreamPrediction, arrived: float) -> None:
        """Print a prediction.

        Args:
            prediction (StreamPrediction): The prediction.
            arrived (float): When its last frame came, of ``time.monotonic``.
        """
        latency = time.monotonic() - arrived
        self._latencies.append(latency)
        self._count += 1
        start, end, scores, unknown = prediction
        classes = self._classify.classes
        if self._as_json:
            line = dict(
                start=start,
                end=end,
                latency=latency,
                unknown=unknown,
                scores=dict(zip(classes, scores.tolist())),
            )
            print(json.dumps(line, ensure_ascii=False), flush=True)
            return
        best = scores.topk(min(self._topk, len(scores)))
        named = ', '.join(
            f'{classes[label]} '
            + score_text(score, self._classify.probabilities)
            for score, label in zip(
                best.values.tolist(), best.indices.tolist()
            )
        )
        note = f'{UNKNOWN}, at best ' if unknown else ''
        print(f'{start:9.2f} {end:9.2f}  {note}{named}', flush=True)

    def summary(
        self, source: LiveSource, stream: StreamClassifier | None
    ) -> str:
        """What it came to.

        Args:
            source (LiveSource): Where frames came from.
            stream (StreamClassifier, optional): What took them; None if none
                came.

        Returns:
            str: A line or two.
        """
        load = self._busy / max(1e-9, time.monotonic() - self._begin)
        text = f'{self._count} predictions; load {load:.0%}'
        if self._latencies:
            half, most = np.percentile(self._latencies, [50, 95])
            text += (
                f'; from frame to prediction {1000 * half:.0f} ms, in 95 of '
                f'100 cases up to {1000 * most:.0f} ms'
            )
        text += (
            f'\n{source.dropped} frames dropped, opened again '
            f'{source.reconnects} times'
        )
        if stream is not None:
            text += (
                f', begun anew {stream.restarts} times, {stream.repeated} '
                f'frames repeated, {stream.filled} segments filled'
            )
        return text

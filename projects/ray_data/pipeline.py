"""The pipeline: read, classify, write a line for each video."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import ray
from mmengine.registry import init_default_scope

from stnet_mm.apis import VideoClassifier
from stnet_mm.apis.archive import to_result, what_lines_follow_from
from stnet_mm.apis.archive_batches import classify_batch
from stnet_mm.apis.video_input import SampleReader
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.config_file import load_config_file
from stnet_mm.utils.result_lines import ResultLines

# Videos that one task reads, and that are done again if it is lost.
BLOCK = 64


class ReadVideo:
    """Reads a video with the test pipeline of a config."""

    def __init__(self, config: str) -> None:
        init_default_scope('mmaction')
        self._read = SampleReader(load_config_file(config))

    def __call__(self, row: dict) -> dict:
        """Add ``read``: the sample, or why there is none, pickled."""
        try:
            read = self._read(row['video'])
        except StNetInputError as error:
            read = error
        return dict(row, read=pickle.dumps(read))


class ClassifyVideos:
    """Classifies videos that were read; an actor for each GPU."""

    def __init__(self, config: str, checkpoint: str, topk: int | None) -> None:
        self._classify = VideoClassifier(config, checkpoint)
        self._topk = topk

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, list[str]]:
        """Make ``result``: the lines of the videos, without their paths."""
        said = classify_batch(
            self._classify, [*map(pickle.loads, batch['read'])]
        )
        results = [
            to_result(self._classify, video, what, self._topk)
            for video, what in zip(batch['video'], said)
        ]
        return dict(result=[*map(json.dumps, results)])


def classify_with_ray(
    config: str,
    checkpoint: str,
    videos: Sequence[str],
    out: str | Path,
    topk: int | None = None,
    batch_size: int = 8,
    gpus: int = 0,
    readers: int = 1,
    resume: bool = False,
) -> ResultLines:
    """Classify an archive on a cluster of Ray.

    The file is that of ``predict.py --out``, and either goes on with what the
    other has begun. The process that calls this one writes it.

    Args:
        config (str): Config file, on every machine.
        checkpoint (str): Its checkpoint, file or URL.
        videos (Sequence[str]): Videos; all differ. Every machine sees them.
        out (str | Path): The file.
        topk (int, optional): How many classes to tell. Defaults to None, 5.
        batch_size (int): Videos that go through the network at a time.
            Defaults to 8.
        gpus (int): Actors that classify, each on a GPU of its own. Defaults
            to 0: one actor, on a CPU.
        readers (int): Actors that read videos, each on a core of its own.
            Defaults to 1.
        resume (bool): Whether to go on with the file, if it is there.

    Returns:
        ResultLines: The lines.

    Raises:
        StNetInputError: As ``classify_archive``.
    """
    made_of = what_lines_follow_from(
        VideoClassifier(config, checkpoint, 'cpu'),
        topk,
        settings=dict(fast=(False, 'auto', False)),
    )
    lines = ResultLines(out, videos, made_of, resume)
    waiting = [dict(video=video) for video in videos[lines.done :]]
    if not waiting:
        return lines
    # The order of the lines, whatever video is done first.
    options = ray.data.DataContext.get_current().execution_options
    options.preserve_order = True
    blocks = -(-len(waiting) // BLOCK)
    results = (
        ray.data.from_items(waiting, override_num_blocks=blocks)
        .map(
            ReadVideo,
            fn_constructor_args=(config,),
            num_cpus=1,
            concurrency=readers,
        )
        .map_batches(
            ClassifyVideos,
            fn_constructor_args=(config, checkpoint, topk),
            batch_size=batch_size,
            num_cpus=1,
            num_gpus=1 if gpus else 0,
            concurrency=max(1, gpus),
        )
    )
    with lines:
        for row in results.iter_rows():
            lines.add(json.loads(row['result']))
    return lines

"""Classifying archives of many videos."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from ..engine.interruption import Interruption, leave
from ..errors import StNetInputError
from ..utils.error_lines import one_line_of_video
from ..utils.progress import progress_bar
from ..utils.result_lines import ResultLines
from ..utils.result_store import fingerprint
from ..utils.workers import count_cores
from .archive_batches import Said, classify_batch
from .archive_parts import ArchiveParts
from .archive_reading import Read, read_in_order
from .best_classes import best_classes
from .inference import VideoClassifier


def classify_archive(
    classify: VideoClassifier,
    videos: Iterable[str | Path],
    out: str | Path,
    topk: int | None = None,
    threshold: float | None = None,
    batch_size: int = 8,
    workers: int | None = None,
    resume: bool = False,
    settings: dict | None = None,
) -> ResultLines:
    """Classify many videos, and write a line of JSON for each as it comes.

    The lines are in the order of the videos: ``video``, and ``predictions``
    (``label``, ``name`` and ``score`` of each class), of a calibrated
    recognizer also ``unknown``; or ``error`` if the video cannot be read.
    Other processes read the videos ahead. SIGINT (Ctrl-C), SIGTERM and
    SIGUSR1 end it after the batch. Of several processes, which MMEngine or
    PyTorch has made known to each other, each takes a share.

    Args:
        classify (VideoClassifier): The recognizer.
        videos (Iterable[str | Path]): Video files, folders of frames or
            URLs; all differ.
        out (str | Path): The file. A record of what the lines follow from is
            written beside it, ``NAME.run.json``.
        topk (int, optional): How many classes to tell. Defaults to None: 5,
            or all with a threshold.
        threshold (float, optional): The score of the classes to tell.
            Defaults to None, any.
        batch_size (int): How many videos go through the network at a time;
            scores do not depend on it, up to rounding. Defaults to 8.
        workers (int, optional): How many processes read videos; 0: this one.
            Defaults to None: as many as there are cores for this process.
        resume (bool): Whether to go on with the file if it is there, of the
            same recognizer, videos and settings. Defaults to False.
        settings (dict, optional): What else the scores follow from, as plain
            data. Defaults to None, nothing.

    Returns:
        ResultLines: The lines.

    Raises:
        StNetInputError: If the file is there and not to be resumed, or made
            of something else; a setting is wrong; or shared memory does not
            suffice.
        OSError: If it cannot be written.
        SystemExit: If a signal asks to end.
    """
    if workers is None:
        sharing = int(os.environ.get('LOCAL_WORLD_SIZE', 1))
        workers = max(1, count_cores() // sharing)
    if batch_size < 1:
        raise StNetInputError(f'batch size {batch_size}: choose 1 or more')
    if workers < 0:
        raise StNetInputError(f'{workers} workers: choose 0 or more')
    made_of = what_lines_follow_from(classify, topk, threshold, settings)
    parts = ArchiveParts(out, [*map(str, videos)], made_of, resume)
    if parts.complete:
        return parts.finish()
    lines = parts.own
    waiting = lines.videos[lines.done :]
    if lines.done:
        print(f'{lines.path}: {lines.done} lines are there', file=sys.stderr)
    interruption = Interruption('batch')
    shown = parts.rank == 0
    bar = progress_bar(len(waiting), 'classifying', shown, rate='videos')
    read = read_in_order(classify.read, waiting, workers)
    with interruption.listening(), lines, bar as advance, closing(read):
        for batch in _batches(read, batch_size, interruption):
            for said in classify_batch(classify, batch):
                video = lines.videos[lines.done]
                result = to_result(classify, video, said, topk, threshold)
                lines.add(result)
                if 'error' in result:
                    print(f'error: {result["error"]}', file=sys.stderr)
                advance()
            if interruption.signal and lines.done < len(lines.videos):
                print('interrupted: --resume goes on', file=sys.stderr)
                leave(interruption.signal)
    return parts.finish()


def what_lines_follow_from(
    classify: VideoClassifier,
    topk: int | None = None,
    threshold: float | None = None,
    settings: dict | None = None,
) -> dict:
    """What the lines of an archive follow from, beside its videos.

    Args:
        classify (VideoClassifier): The recognizer.
        topk (int, optional): As of ``classify_archive``, like the others.
        threshold (float, optional): As there.
        settings (dict, optional): As there.

    Returns:
        dict: Plain data, for ``ResultLines``.
    """
    return dict(
        config=classify.model.cfg.to_dict(),
        checkpoint=fingerprint(classify.checkpoint),
        classes=classify.classes,
        options=dict(settings or {}, topk=topk, threshold=threshold),
    )


def _batches(
    read: Iterator[Read], size: int, interruption: Interruption
) -> Iterator[list[Read]]:
    batch = []
    for sample in read:
        batch.append(sample)
        # One that is asked to end does not wait for the rest of its batch.
        if len(batch) == size or interruption.signal:
            yield batch
            batch = []
    if batch:
        yield batch


def to_result(
    classify: VideoClassifier,
    video: str,
    said: Said,
    topk: int | None = None,
    threshold: float | None = None,
) -> dict:
    """What the line of a video says, without its path.

    Args:
        classify (VideoClassifier): The recognizer.
        video (str): The video.
        said (Prediction | StNetInputError): What the recognizer says of it,
            or why it says nothing.
        topk (int, optional): As of ``classify_archive``.
        threshold (float, optional): As there.

    Returns:
        dict: Plain data.
    """
    if isinstance(said, StNetInputError):
        return dict(error=one_line_of_video(said, video))
    best = best_classes(said.scores, classify.classes, topk, threshold)
    result: dict = dict(predictions=best)
    if classify.calibration:
        result['unknown'] = said.unknown
    return result

"""A video data set that says what to do about videos that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

import numpy as np
import torch
from mmaction.datasets import VideoDataset
from mmengine.logging import MMLogger
from torch import Tensor

from ..errors import StNetInputError, check_choice
from ..utils.error_lines import one_line
from .dead_workers import ReadingNow
from .unreadable_sample import UnreadableSample

# The share of unreadable videos beyond which training stops.
BAD_SHARE = 0.1
POLICIES = ('error', 'skip', 'replace')


class TolerantVideoDataset(VideoDataset):
    """MMAction2's video data set with a policy for unreadable videos.

    In training another video can take the place of one that cannot be read:
    which one follows from the seed and the worker, as all random numbers do.
    In testing the place of a video is never taken: an unreadable one counts
    as wrong. Each is logged once by its name.

    A video is unreadable if a transform raises a ``StNetInputError`` that
    names it, as ``StNetVideoInit`` and ``StNetVideoDecode`` do.

    Args:
        on_bad_video (str, optional): ``'error'``: stop and name the file;
            ``'skip'``: take any other video, as if it were not in the list;
            ``'replace'``: take another video of the same class, so that
            classes keep their shares. Defaults to None: ``'skip'`` if
            ``max_refetch`` is given, else ``'error'``.
        bad_share (float): The share of unreadable videos, in [0, 1], beyond
            which to stop in any case. Defaults to 0.1.
        **kwargs: Further arguments of MMAction2's ``VideoDataset``. The
            ``max_refetch`` of MMEngine's ``BaseDataset`` is how many other
            videos are tried in place of one.

    Raises:
        StNetInputError: If a setting is wrong.
    """

    def __init__(
        self,
        *args,
        on_bad_video: str | None = None,
        bad_share: float = BAD_SHARE,
        **kwargs,
    ) -> None:
        refetch = kwargs.get('max_refetch')
        if on_bad_video is None:
            on_bad_video = 'skip' if refetch else 'error'
        check_choice('on_bad_video', on_bad_video, POLICIES)
        if refetch and on_bad_video == 'error':
            raise StNetInputError(
                f"max_refetch={refetch} does nothing with on_bad_video='error'"
                ": choose 'skip' or 'replace', or leave max_refetch out"
            )
        if not 0 <= bad_share <= 1:
            raise StNetInputError(
                f'bad_share={bad_share}: give a share from 0 to 1'
            )
        self.on_bad_video, self.bad_share = on_bad_video, bad_share
        self._reading = ReadingNow(self)
        # Whether each video is unreadable; workers share it.
        self._bad = torch.zeros(0, dtype=torch.bool)
        super().__init__(*args, **kwargs)

    def full_init(self) -> None:
        """Read the annotation file, unless it has been read."""
        super().full_init()
        if len(self._bad) != len(self):
            self._bad = torch.zeros(len(self), dtype=torch.bool)
            self._bad.share_memory_()

    @property
    def bad_videos(self) -> list[str]:
        """The videos that could not be read so far, in any worker."""
        return [self._name(i) for i in self._bad.nonzero().flatten().tolist()]

    def prepare_data(self, idx: int) -> dict:
        """Run the pipeline for a video.

        Args:
            idx (int): Number of the video.

        Returns:
            dict: Its sample, or what stands in for it.

        Raises:
            StNetInputError: If it cannot be read and the policy says so, too
                many cannot, or nothing else can be read.
        """
        found = self._read(idx)
        if not isinstance(found, StNetInputError):
            return found
        others = self._following(idx) if self.test_mode else self._drawn(idx)
        for other in islice(others, self.max_refetch):
            sample = self._read(other)
            if not isinstance(sample, StNetInputError):
                if self.test_mode:
                    return self._without_prediction(idx, sample, found)
                return sample
        raise StNetInputError(
            f'{one_line(found)}; nor can any other video be read that was '
            'tried in its place'
        )

    def _read(self, idx: int) -> dict | StNetInputError:
        """The sample of a video, or why it cannot be read."""
        try:
            with self._reading.at(idx):
                return super().prepare_data(idx)
        except StNetInputError as error:
            if self._name(idx) not in str(error):
                raise
            if self.on_bad_video == 'error':
                raise StNetInputError(
                    f"{one_line(error)}; on_bad_video='skip' of the data set "
                    f'goes on without such files, and {self._command} lists '
                    'them all'
                ) from error
            self._note(idx, error)
            return error

    def _note(self, idx: int, error: StNetInputError) -> None:
        """Log a video the first time, and stop if there are too many."""
        if len(self._bad) != len(self):  # of a subset
            self.full_init()
        known = bool(self._bad[idx])
        self._bad[idx] = True
        count, total = int(self._bad.sum()), len(self)
        if count > self.bad_share * total:
            raise StNetInputError(
                f'{count} of {total} videos cannot be read, more than '
                f'bad_share={self.bad_share:g}, such as {one_line(error)}; '
                f'{self._command} lists them all'
            )
        if not known:
            what = 'counts as wrong' if self.test_mode else 'is left out'
            MMLogger.get_current_instance().warning(
                f'{one_line(error)}; it {what} ({count} of {total} videos)'
            )

    def _drawn(self, idx: int) -> Iterator[int]:
        """Other videos in random order; first those of the class, maybe."""
        order = [int(i) for i in np.random.permutation(len(self)) if i != idx]
        if self.on_bad_video == 'replace':
            label = self._label(idx)
            same = (i for i in order if torch.equal(self._label(i), label))
            return chain(same, order)
        return iter(order)

    def _following(self, idx: int) -> Iterator[int]:
        """The other videos in the order of the list, from one on."""
        return ((idx + i) % len(self) for i in range(1, len(self)))

    def _without_prediction(
        self, idx: int, other: dict, error: StNetInputError
    ) -> dict:
        """The frames of another video, with a sample that ignores them."""
        sample = UnreadableSample(metainfo=other['data_samples'].metainfo)
        sample.set_metainfo(
            dict(filename=self._name(idx), unreadable=one_line(error))
        )
        sample.set_gt_label(self._label(idx))
        return dict(inputs=other['inputs'], data_samples=sample)

    @property
    def _command(self) -> str:
        root = self.data_prefix.get('video')
        where = f' --root {root}' if root else ''
        return f'`python tools/check_videos.py {self.ann_file}{where}`'

    def _name(self, idx: int) -> str:
        return str(self.get_data_info(idx)['filename'])

    def _label(self, idx: int) -> Tensor:
        return torch.as_tensor(self.get_data_info(idx)['label'])

"""The annotation file of a data set: videos, labels, parts of videos."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from mmengine.fileio import exists, get

from ..errors import StNetInputError
from ..utils.list_lines import (
    DELIMITERS,
    decode_lines,
    find_layout,
    fitting_delimiter,
    split_labeled,
    split_last,
    split_line,
    titled_rows,
)
from ..utils.nearest import nearest

SECONDS, FRAMES = ('start', 'end'), ('start_frame', 'end_frame')
TIMES: dict = {
    **dict.fromkeys(SECONDS, float),
    **dict.fromkeys(FRAMES, int),
}


class VideoList:
    """Reads an annotation file.

    Args:
        ann_file (str): The file, or its address in one of MMEngine's file
            backends.
        classes (Sequence[str], optional): Names of the classes, which labels
            may be. Defaults to None: labels are numbers.
        several (bool): Whether a video may have several labels, or none of
            them. Defaults to False.
        optional (bool): Whether the whole list may be without labels.
            Defaults to False.
        delimiter (str, optional): What separates cells. Defaults to None: it
            is found out.

    Attributes:
        labeled (bool): Whether it has labels.

    Raises:
        StNetInputError: If the file is missing, empty or not UTF-8, or lacks
            labels.
    """

    def __init__(
        self,
        ann_file: str,
        classes: Sequence[str] | None = None,
        several: bool = False,
        optional: bool = False,
        delimiter: str | None = None,
    ) -> None:
        if not exists(ann_file):
            raise StNetInputError(
                f'{ann_file}: there is no such annotation file'
            )
        self._file, self._classes, self._several = ann_file, classes, several
        self._lines = decode_lines(get(ann_file), ann_file)
        if not any(self._lines):
            raise StNetInputError(
                f'{ann_file}: the annotation file is empty; each line holds '
                'the path of a video and its label'
            )
        self._choices = [delimiter] if delimiter else DELIMITERS
        self._by_name = {name: i for i, name in enumerate(classes or ())}
        # Texts that are labels, as they were found.
        self._numbers: dict[str, int] = {}
        self._layout = find_layout(
            self._lines, ann_file, delimiter, self._is_label
        )
        # Names of classes may have what separates cells.
        delimiter = self._layout.delimiter
        self._name_ends = {
            name.rpartition(delimiter)[2]
            for name in self._by_name
            if delimiter in name
        }
        self.labeled = self._layout.labeled
        if not (self.labeled or optional):
            first = next(i for i, line in enumerate(self._lines) if line)
            path, label = split_last(
                self._lines[first], self._layout.delimiter
            )
            if path and label and self._layout.columns is None:
                self._number(label, first + 1)
            raise self._no_label(first + 1, self._lines[first])

    @property
    def labels(self) -> frozenset[int]:
        """The labels that were read."""
        return frozenset(self._numbers.values())

    def read(self) -> list[dict]:
        """Read the videos, once.

        Returns:
            list[dict]: ``filename`` and ``label`` of each: a number, -1 if
            there are no labels, or a list of numbers for several; ``start``
            and ``end`` in seconds, or ``start_frame`` and ``end_frame``,
            where the list says so.

        Raises:
            StNetInputError: If a line cannot be read; names it.
        """
        if self._layout.columns is not None:
            return self._read_titled()
        read = self._read_several if self._several else self._read_one
        if not self.labeled:
            read = self._read_path
        return [
            read(number, line)
            for number, line in enumerate(self._take_lines(), 1)
            if line and not line.isspace()
        ]

    def _take_lines(self) -> Iterator[str]:
        """The lines; each is forgotten, as a list may be long."""
        self._lines.reverse()
        while self._lines:
            yield self._lines.pop()

    def _read_one(self, number: int, line: str) -> dict:
        path, text = split_last(line, self._layout.delimiter)
        label = self._numbers.get(text)
        if label is None or text in self._name_ends:
            path, text = split_labeled(
                line, self._layout.delimiter, self._is_label
            )
            if not path or not text:
                raise self._no_label(number, line)
            label = self._number(text, number)
        elif not path:
            raise self._no_label(number, line)
        return dict(filename=path, label=label)

    def _read_several(self, number: int, line: str) -> dict:
        path, *texts = split_line(line, self._layout.delimiter)
        alone = not texts and fitting_delimiter(line, self._is_label)
        if not path or alone:
            raise self._no_label(number, line)
        labels = [self._number(text, number) for text in texts if text]
        return dict(filename=path, label=labels)

    def _read_path(self, number: int, line: str) -> dict:
        if fitting_delimiter(line, self._is_label, self._choices):
            raise StNetInputError(
                f'{self._file}, line {number}: {line!r} seems to end in a '
                'label, but the lines before have none: label all or none'
            )
        path = line.strip()
        if path[0] == path[-1] == '"':
            (path,) = split_line(path, '\t')
        return dict(filename=path, label=[] if self._several else -1)

    def _read_titled(self) -> list[dict]:
        columns = self._layout.columns or ()
        if 'split' in columns:
            raise StNetInputError(
                f'{self._file} has a column of splits: a data set needs a '
                'list for each, which tools/make_annotations.py writes'
            )
        times = [name for name in columns if name in TIMES]
        videos = []
        for number, row in titled_rows(
            self._take_lines(), self._layout, self._file
        ):
            text = row['label'] if self.labeled else ''
            if not row['path'] or (
                self.labeled and not text and not self._several
            ):
                raise StNetInputError(
                    f'{self._file}, line {number}: no path or no label'
                )
            video: dict = dict(filename=row['path'], label=-1)
            if self._several:
                texts = filter(None, re.split(r'[\s,;|]+', text))
                video['label'] = [self._number(t, number) for t in texts]
            elif text:
                video['label'] = self._number(text, number)
            for name in times:
                if row[name]:
                    video[name] = self._time(row[name], name, number)
            if times:
                self._check_times(video, number)
            videos.append(video)
        return videos

    def _time(self, text: str, name: str, number: int) -> float | int:
        try:
            value = TIMES[name](text)
        except ValueError:
            value = -1
        if not 0 <= value < math.inf:
            what = 'seconds' if name in SECONDS else 'a number of a frame'
            raise StNetInputError(
                f'{self._file}, line {number}: {name} is {text!r}, but must '
                f'be {what} from 0'
            )
        return value

    def _check_times(self, video: Mapping, number: int) -> None:
        for (start, end), shortest in ((SECONDS, 1e-9), (FRAMES, 0)):
            first = video.get(start, 0)
            length = video.get(end, math.inf) - first
            if length < shortest:
                raise StNetInputError(
                    f'{self._file}, line {number}: a clip from {first} '
                    f'to {video[end]} is empty'
                )
        if len({kind for name, kind in TIMES.items() if name in video}) > 1:
            raise StNetInputError(
                f'{self._file}, line {number}: give seconds (start, end) or '
                'frames (start_frame, end_frame), not both'
            )

    def _is_label(self, text: str) -> bool:
        return text.isdecimal() or text in self._by_name

    def _number(self, text: str, number: int) -> int:
        """The number of a label; checks every text once."""
        if text in self._numbers:
            return self._numbers[text]
        place, count = f'{self._file}, line {number}', len(self._by_name)
        label = int(text) if text.isdecimal() else self._by_name.get(text)
        if label is None:
            near = nearest(text, self._by_name)
            names = f' or, of {count} classes, names' if count else ''
            raise StNetInputError(
                f'{place}: {text!r} is not a label; labels are whole numbers '
                f'from 0{names}'
                + (f': did you mean {near!r}?' if near else '')
            )
        if count and label >= count:
            raise StNetInputError(
                f'{place}: label {label} is beyond the {count} classes; '
                'labels count from 0'
            )
        return self._numbers.setdefault(text, label)

    def _no_label(self, number: int, line: str) -> StNetInputError:
        delimiter = self._layout.delimiter
        fitting = fitting_delimiter(line, self._is_label)
        hint = ''
        if fitting not in (None, delimiter):
            hint = f'; with delimiter={fitting!r} of the data set it would be'
        return StNetInputError(
            f'{self._file}, line {number}: {line!r} is not a path and a '
            f'label, with {delimiter!r} between them{hint}'
        )

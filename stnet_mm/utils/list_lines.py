"""Lists of videos as text: which separator they use, and their cells.

A list has a line for each video: its path, and its label behind the last
separator. With a header line it has the columns that this one names.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ..errors import StNetInputError

# Titles of columns, in small letters, by what the column holds.
TITLES = {
    **dict.fromkeys(('path', 'video_path', 'video', 'clip'), 'path'),
    **dict.fromkeys(('file', 'filename', 'file_name'), 'path'),
    **dict.fromkeys(('filepath', 'file_path', 'video_name'), 'path'),
    **dict.fromkeys(('label', 'class', 'class_name', 'category'), 'label'),
    **dict.fromkeys(('labels', 'label_id', 'class_id', 'action'), 'label'),
    **dict.fromkeys(('start', 'start_time', 'time_start'), 'start'),
    **dict.fromkeys(('end', 'end_time', 'time_end'), 'end'),
    'start_frame': 'start_frame',
    'end_frame': 'end_frame',
    **dict.fromkeys(('split', 'subset'), 'split'),
    'group': 'group',
}
DELIMITERS = ('\t', ',', ';', ' ')
# So many lines are looked at to find the separator.
SAMPLE = 100


class Layout(NamedTuple):
    """How the lines of a list are to be read.

    Attributes:
        delimiter (str): What separates cells.
        columns (Sequence[str], optional): What the cells hold, by the header
            line, empty for what has no meaning here; None if there is none.
        labeled (bool): Whether there are labels.
    """

    delimiter: str
    columns: Sequence[str] | None
    labeled: bool


def decode_text(data: bytes, path: object) -> str:
    """Decode a text.

    Args:
        data (bytes): UTF-8, with a byte order mark or not, and with line
            breaks of any system.
        path (object): Its file, for messages.

    Returns:
        str: The text; its line breaks are newlines.

    Raises:
        StNetInputError: If it is not UTF-8.
    """
    try:
        text = data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise StNetInputError(
            f'{path} is not UTF-8 text: save it as UTF-8'
        ) from error
    return text.replace('\r\n', '\n').replace('\r', '\n')


def decode_lines(data: bytes, path: object) -> list[str]:
    """Decode a list.

    Args:
        data (bytes): As of ``decode_text``.
        path (object): Its file, for messages.

    Returns:
        list[str]: The lines, without what is blank at their ends.

    Raises:
        StNetInputError: If it is not UTF-8.
    """
    lines = decode_text(data, path).split('\n')
    # Tabs at the ends may be empty cells.
    return [line.strip(' ') for line in lines]


def find_layout(
    lines: Sequence[str],
    path: object,
    delimiter: str | None = None,
    is_label: Callable[[str], bool] | None = None,
) -> Layout:
    """Find out how a list is to be read.

    Args:
        lines (Sequence[str]): Its lines.
        path (object): Its file; in a ``.csv`` file cells are not separated
            by spaces.
        delimiter (str, optional): What separates cells. Defaults to None:
            a tab, comma, semicolon or space, whichever leaves most labels.
        is_label (Callable[[str], bool], optional): Whether a text is a
            label. Defaults to None: any.

    Returns:
        Layout: The layout.

    Raises:
        StNetInputError: If a header names two columns of labels.
    """
    sample = [*islice(filter(str.strip, lines), SAMPLE)]
    choices = [delimiter] if delimiter else [*DELIMITERS]
    if not delimiter and str(path).lower().endswith('.csv'):
        choices.remove(' ')
    for choice in choices:
        columns = _header(sample[0], choice, path) if sample else None
        if columns:
            return Layout(choice, columns, 'label' in columns)
    fits = {
        choice: sum(_fits(line, choice, is_label) for line in sample)
        for choice in choices
    }
    if not any(fits.values()):
        return Layout(' ' if ' ' in choices else choices[0], None, False)
    return Layout(max(choices, key=lambda c: fits[c]), None, True)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of a line.

    Args:
        line (str): The line; a cell with the separator in it is quoted.
        delimiter (str): What separates them; several spaces are as one.

    Returns:
        list[str]: The cells without what is blank around them.
    """
    if '"' in line and len(delimiter) == 1:
        cells = next(
            csv.reader([line], delimiter=delimiter, skipinitialspace=True)
        )
    else:
        cells = line.split(delimiter)
    cells = [cell.strip() for cell in cells]
    return [*filter(None, cells)] if delimiter == ' ' else cells


def split_last(line: str, delimiter: str) -> tuple[str, str]:
    """The path and the label of a line.

    Args:
        line (str): The line.
        delimiter (str): What separates them; paths may have it as well.

    Returns:
        tuple[str, str]: What is before the last separator, and behind it;
        the first is empty if there is none.
    """
    path, _, label = line.rpartition(delimiter)
    path, label = path.strip(), label.strip()
    if '"' in line:
        return _unquote(path), _unquote(label)
    return path, label


def split_labeled(
    line: str, delimiter: str, is_label: Callable[[str], bool]
) -> tuple[str, str]:
    """The path and the label of a line; names of classes may have spaces.

    Args:
        line (str): The line.
        delimiter (str): What separates them; paths may have it as well, and
            labels that are names.
        is_label (Callable[[str], bool]): Whether a text is a label.

    Returns:
        tuple[str, str]: What is before and behind the first separator that
        is followed by a label and nothing else; as of ``split_last`` if there
        is none.
    """
    place = line.find(delimiter)
    while place >= 0:
        rest = _unquote(line[place + len(delimiter) :].strip())
        if is_label(rest):
            return _unquote(line[:place].strip()), rest
        place = line.find(delimiter, place + 1)
    return split_last(line, delimiter)


def _unquote(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def fitting_delimiter(
    line: str,
    is_label: Callable[[str], bool] | None = None,
    choices: Sequence[str] = DELIMITERS,
) -> str | None:
    """The separator that would leave a path and a label of a line.

    Args:
        line (str): The line.
        is_label (Callable[[str], bool], optional): Whether a text is a
            label. Defaults to None: any.
        choices (Sequence[str]): Separators to try. Defaults to a tab, comma,
            semicolon and space.

    Returns:
        str | None: The separator; None if there is none.
    """
    for choice in choices:
        if choice in line and _fits(line, choice, is_label):
            return choice
    return None


def _fits(
    line: str, delimiter: str, is_label: Callable[[str], bool] | None
) -> bool:
    if is_label is None:
        return all(split_last(line, delimiter))
    path, label = split_labeled(line, delimiter, is_label)
    return bool(path) and is_label(label)


def _header(line: str, delimiter: str, path: object) -> list[str] | None:
    """What the columns hold, if a line is a header."""
    cells = split_line(line, delimiter)
    columns = [TITLES.get(cell.lower(), '') for cell in cells]
    titled = [*filter(None, columns)]
    labels = [c for c, held in zip(cells, columns) if held == 'label']
    if columns.count('path') == 1 and len(labels) > 1:
        raise StNetInputError(
            f'{path}: by their titles the columns {" and ".join(labels)} are '
            'labels: keep that title for one of them'
        )
    if columns.count('path') != 1 or len(set(titled)) < len(titled):
        return None
    # "clip 3" is a path and a label.
    return columns if 'label' in columns or all(columns) else None


def titled_rows(
    lines: Iterable[str], layout: Layout, path: object
) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells below a header line.

    Args:
        lines (Iterable[str]): The lines of a list.
        layout (Layout): Their layout, which has columns.
        path (object): Its file, for messages.

    Yields:
        tuple[int, dict[str, str]]: Number of a line, from 1, and its cells
        by what they hold.

    Raises:
        StNetInputError: If a line has not as many cells as the header.
    """
    columns = layout.columns or ()
    if layout.delimiter == ' ' and [*columns] == ['path', 'label']:
        # As without a header: paths may have spaces.
        filled = (row for row in enumerate(lines, 1) if row[1].strip())
        for number, line in islice(filled, 1, None):
            yield number, dict(zip(columns, split_last(line, ' ')))
        return
    reader = csv.reader(
        lines, delimiter=layout.delimiter, skipinitialspace=True, strict=True
    )
    header = True
    try:
        for cells in reader:
            if layout.delimiter == ' ':
                cells = [*filter(None, cells)]
            if not cells or header:
                header = header and not cells
                continue
            if len(cells) != len(columns):
                raise StNetInputError(
                    f'{path}, line {reader.line_num}: {len(cells)} cells, '
                    f'where the header line has {len(columns)}, with '
                    f'{layout.delimiter!r} between them: put what has one '
                    'inside into double quotes'
                )
            yield reader.line_num, dict(zip(columns, map(str.strip, cells)))
    except csv.Error as error:
        raise StNetInputError(
            f'{path}, line {reader.line_num}: a cell that starts with a '
            f'double quote does not end in one ({error})'
        ) from error

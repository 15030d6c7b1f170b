"""Write the table of docs/long_videos.md from the results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean, pstdev

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / 'docs' / 'long_videos.md'
RESULTS = HERE / 'results' / 'runs.jsonl'
MARKS = tuple(
    f'<!-- temporal localization: {word} -->' for word in ('start', 'end')
)
NAMES = {'ordered': 'ordered actions', 'egogestar': 'EgoGestAR'}


def make_table(records: list[dict]) -> str:
    """Make the table, a column for each data set and length of windows.

    Args:
        records (list[dict]): Lines of the results.

    Returns:
        str: Markdown.
    """
    kinds = sorted({_kind(record) for record in records})
    columns = [[r for r in records if _kind(r) == kind] for kind in kinds]
    heads = [NAMES.get(some[0]['data'], some[0]['data']) for some in columns]
    lines = [
        f'| | {" | ".join(heads)} |',
        f'| --- |{" --: |" * len(columns)}',
    ]
    for name, cell in _ROWS.items():
        lines.append(f'| {name} | {" | ".join(map(cell, columns))} |')
    return '\n'.join(lines)


def _kind(record: dict) -> tuple:
    """What runs of a column have in common, by which columns are sorted."""
    data, window = record['data'], record['setting']['window']
    return data != 'ordered', data, window


def insert_table(page: str, table: str) -> str:
    """Put the table between its marks on the page.

    Args:
        page (str): The page.
        table (str): The table.

    Returns:
        str: The new page.
    """
    start, end = MARKS
    before, after = page.partition(start)[0], page.partition(end)[2]
    return f'{before}{start}\n{table}\n{end}{after}'


def _spread(values: list[float], form: str) -> str:
    """The mean, and the standard deviation over seeds if there are more."""
    text = format(mean(values), form)
    if len(values) > 1:
        text += f' ± {format(pstdev(values), form)}'
    return text


def _percent(*keys: str | int) -> Callable[[list[dict]], str]:
    def cell(records: list[dict]) -> str:
        return _spread([100 * _find(r, keys) for r in records], '.1f')

    return cell


def _find(record: dict, keys: tuple) -> float:
    value: object = record
    for key in keys:
        value = value[key]  # type: ignore[index]
    return value  # type: ignore[return-value]


def _mmacs(key: str) -> Callable[[list[dict]], str]:
    return lambda records: f'{records[0]["macs_per_second"][key] / 1e6:,.0f} M'


def _time(way: str) -> Callable[[list[dict]], str]:
    def cell(records: list[dict]) -> str:
        values = [
            1000 * record[way]['processor_seconds'] / record['seconds']
            for record in records
        ]
        return f'{mean(values):.0f} ms'

    return cell


def _videos(records: list[dict]) -> str:
    first = records[0]
    return (
        f'{first["videos"]} of {first["setting"]["clips_per_video"]} clips, '
        f'{sum(r["seconds"] for r in records) / len(records):.0f} s'
    )


def _windows(records: list[dict]) -> str:
    setting = records[0]['setting']
    return f'{setting["window"]:g} s, each {setting["stride"]:g} s'


def _memory(records: list[dict]) -> str:
    peaks = [r['peak_mib'] for r in records if 'peak_mib' in r]
    if not peaks:
        return ''
    return ' and '.join(f'{peaks[-1][key]:.0f} MiB' for key in ('1', '20'))


_ROWS: dict[str, Callable[[list[dict]], str]] = {
    'joined videos': _videos,
    'classes': lambda records: str(records[0]['classes']),
    'seeds': lambda records: str(len(records)),
    'windows': _windows,
    'mAP at IoU 0.3': _percent('shared', 'mean_average_precision', 0),
    'mAP at IoU 0.5': _percent('shared', 'mean_average_precision', 1),
    'frame accuracy': _percent('shared', 'frame_accuracy'),
    'windows by themselves: mAP at 0.3': _percent(
        'cut', 'mean_average_precision', 0
    ),
    'windows by themselves: mAP at 0.5': _percent(
        'cut', 'mean_average_precision', 1
    ),
    'windows by themselves: frame accuracy': _percent('cut', 'frame_accuracy'),
    'scores differ at most by': lambda records: (
        f'{max(r["largest_difference"] for r in records):.1e}'
    ),
    'processor time for a second of video': _time('shared'),
    'windows by themselves: time': _time('cut'),
    'multiply-adds for a second of video, before the temporal blocks': _mmacs(
        'trunk'
    ),
    'of one pass for each super-image': _mmacs('single_pass'),
    'of the whole network': _mmacs('whole'),
    'windows by themselves: of the whole network': _mmacs('cut'),
    'memory at most, for 1 and for 20 minutes': _memory,
}


def main() -> None:
    with clear_errors():
        lines = RESULTS.read_text(encoding='utf-8').splitlines()
        table = make_table([json.loads(line) for line in lines])
        page = PAGE.read_text(encoding='utf-8')
        write_atomically(PAGE, insert_table(page, table).encode())


if __name__ == '__main__':
    main()

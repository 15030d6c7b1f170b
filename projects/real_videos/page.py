"""Write docs/real_videos.md from the results; trains nothing."""

from __future__ import annotations

import json
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from . import tables
from .variants import GROUPS

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / 'docs' / 'real_videos.md'


def read_results(name: str) -> list[dict]:
    """The lines of a file of results."""
    text = (HERE / 'results' / name).read_text(encoding='utf-8')
    return [json.loads(line) for line in text.splitlines()]


def main() -> None:
    with clear_errors():
        records = read_results('runs.jsonl')
        text = (HERE / 'page.txt').read_text(encoding='utf-8')
        found = dict(
            models=tables.models_table(records),
            folds=tables.folds_table(records),
            beside_stnet=tables.beside_stnet_table(records),
            fine_tuning=tables.fine_tuning_table(records),
            protocols=tables.protocols_table(records),
            reversal=tables.reversal_table(records),
            start=tables.start_table(records),
            combinations=tables.combinations_table(
                read_results('combinations.jsonl')
            ),
            cams=tables.cams_table(*read_results('cams.json')),
            variants=''.join(
                tables.variants_table(records, group) for group in GROUPS
            ),
        )
        write_atomically(PAGE, text.format(**found).encode())


if __name__ == '__main__':
    main()

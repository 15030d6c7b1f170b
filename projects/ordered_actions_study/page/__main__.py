"""Write docs/study.md and its plots from the results; trains nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from . import Results, make_page, plot_all

RESULTS = Path(__file__).resolve().parents[1] / 'results'
DOCS = Path(__file__).resolve().parents[3] / 'docs'


def main() -> None:
    parser = argparse.ArgumentParser(
        description='Write docs/study.md and its plots from what '
        'python -m projects.ordered_actions_study has measured.'
    )
    parser.add_argument(
        '--scale',
        choices=['small', 'large'],
        default='small',
        help='large: read results_large and write study_large.md',
    )
    scale = parser.parse_args().scale
    suffix = '' if scale == 'small' else f'_{scale}'
    page = DOCS / f'study{suffix}.md'
    with clear_errors():
        results = Results(RESULTS.with_name(f'{RESULTS.name}{suffix}'), scale)
        plot_all(results, page)
        text = make_page(results, page.stem)
        write_atomically(page, text.encode())


if __name__ == '__main__':
    main()

"""Write docs/complexity.md: what the networks cost.

Every figure of ours on that page is counted here; the published ones are in
``published.py`` or read from MMAction2's model index.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from .page import make_page

PAGE = Path(__file__).resolve().parents[2] / 'docs' / 'complexity.md'


def main() -> None:
    argparse.ArgumentParser(
        description='Count what every network costs, and write '
        'docs/complexity.md'
    ).parse_args()
    with clear_errors():
        write_atomically(PAGE, make_page().encode())


if __name__ == '__main__':
    main()

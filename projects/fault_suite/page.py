"""The page that the suites write to."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs' / 'reliability.md'


def insert_tables(page: Path, suite: str, tables: str) -> None:
    """Put the tables of a suite between its marks on a page.

    Args:
        page (Path): The page.
        suite (str): Name of the suite.
        tables (str): Markdown.
    """
    start, end = (
        f'<!-- fault suite, {suite}: {word} -->' for word in ('start', 'end')
    )
    text = page.read_text(encoding='utf-8')
    before, after = text.partition(start)[0], text.partition(end)[2]
    text = f'{before}{start}\n{tables}\n{end}{after}'
    page.write_text(text, encoding='utf-8')

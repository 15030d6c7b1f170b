"""The pages of the manual, and what stands in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob('*.md')),
    *sorted((ROOT / '.github').rglob('*.md')),
    *sorted((ROOT / 'docs').rglob('*.md')),
    *sorted((ROOT / 'configs').rglob('*.md')),
    *sorted((ROOT / 'projects').rglob('*.md')),
    *sorted((ROOT / 'stnet_runtime').glob('*.md')),
]
NOTEBOOK = ROOT / 'docs' / 'quickstart.ipynb'
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.M | re.S)


def name_of(page: Path) -> str:
    """A page's path from the root of the repository."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """A page's text, or that of a notebook's cells of Markdown."""
    text = page.read_text(encoding='utf-8')
    if page.suffix != '.ipynb':
        return text
    return '\n\n'.join(
        ''.join(cell['source'])
        for cell in json.loads(text)['cells']
        if cell['cell_type'] == 'markdown'
    )


def prose_of(page: Path) -> str:
    """A page's text without its snippets."""
    return FENCE.sub('', text_of(page))


def snippets_of(page: Path, *languages: str) -> list[str]:
    """A page's snippets in some languages."""
    return [
        text
        for language, text in FENCE.findall(text_of(page))
        if language in languages
    ]

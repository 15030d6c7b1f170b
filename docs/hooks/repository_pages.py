"""Make files outside of docs/ that the manual links to pages of its site.

A page links to a file where it lies in the repository (``../configs/x.py``),
which is what GitHub follows. The site has no repository beside it, so each
such file becomes a page at its own path: Markdown as it is, notebooks cell by
cell, anything else as a listing. Links are turned to these pages.
"""

from __future__ import annotations

import json
import re
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r'(^```.*?^```$)', re.M | re.S)
LINK = re.compile(r'(\]\()([^)#\s]+)((?:#[^)\s]*)?\))')
PICTURES = ('.jpg', '.png', '.svg')
LANGUAGES = {'.py': 'python', '.sbatch': 'bash', '.sh': 'bash', '.yml': 'yaml'}
# Pages that were made: the file of each.
made: dict[str, Path] = {}
# Found by the pages that link to them; the search would drown in them.
LISTING = '---\nsearch:\n  exclude: true\n---\n# {0.name}\n\n```{1}\n{2}```\n'


def on_files(files, config):
    """Add a page for each file that a page links to, and so on from there.

    Raises:
        PluginError: If a link leads to no file.
    """
    waiting = [Path('docs', file.src_uri) for file in _markdown(files)]
    while waiting:
        page = waiting.pop()
        for part in FENCE.split(_as_markdown(page))[::2]:
            for _, target, _ in LINK.findall(part):
                path = _target(page, target)
                if path is None or files.get_file_from_path(_uri(path)):
                    continue
                files.append(_make(path, config))
                if path.suffix not in PICTURES:
                    waiting.append(path)
    return files


def on_page_markdown(markdown, page, **kwargs):
    """Turn links to files of the repository to their pages."""
    uri = page.file.src_uri
    path = made.get(uri) or Path('docs', uri)

    def turn(match):
        start, target, end = match.groups()
        other = _target(path, target)
        if other is None:
            return match.group()
        return start + relpath(_uri(other), PurePosixPath(uri).parent) + end

    parts = FENCE.split(markdown)
    parts[::2] = [LINK.sub(turn, part) for part in parts[::2]]
    return ''.join(parts)


def _markdown(files):
    return [file for file in files if file.src_uri.endswith('.md')]


def _target(page: Path, target: str) -> Path | None:
    """What a link of a page leads to.

    Args:
        page (Path): The page, from the root of the repository.
        target (str): The link, without its anchor.

    Returns:
        Path or None: The file, from the root of the repository; None for
        other hosts.
    """
    if re.match(r'[a-z]+:', target):
        return None
    path = Path(normpath(page.parent / target))
    if not (ROOT / path).is_file():
        raise PluginError(f'{page} links to {target}, which is no file')
    return path


def _uri(path: Path) -> str:
    """Where a file of the repository lies among the sources of the site."""
    uri = path.relative_to('docs') if path.parts[0] == 'docs' else path
    as_it_is = path.suffix in ('.md', *PICTURES)
    return uri.as_posix() if as_it_is else f'{uri.as_posix()}.md'


def _make(path: Path, config) -> File:
    made[_uri(path)] = path
    if path.suffix in PICTURES:
        source = dict(abs_src_path=str(ROOT / path))
    else:
        source = dict(content=_as_markdown(path))
    hidden = InclusionLevel.NOT_IN_NAV
    return File.generated(config, _uri(path), inclusion=hidden, **source)


def _as_markdown(path: Path) -> str:
    text = (ROOT / path).read_text(encoding='utf-8')
    if path.suffix == '.md':
        return text
    if path.suffix == '.ipynb':
        return '\n\n'.join(map(_cell, json.loads(text)['cells']))
    return LISTING.format(path, LANGUAGES.get(path.suffix, 'text'), text)


def _cell(cell: dict) -> str:
    source = ''.join(cell['source'])
    if cell['cell_type'] == 'markdown':
        return source
    return f'```python\n{source}\n```'

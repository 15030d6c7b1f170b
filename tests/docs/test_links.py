"""Links lead somewhere, and files that pages name are there."""

from __future__ import annotations

import re

import pytest

from .pages import FENCE, NOTEBOOK, PAGES, ROOT, name_of, prose_of, text_of

LINK = re.compile(r'\]\(([^)#\s]+)?(?:#([^)\s]*))?\)')
FILE = re.compile(
    r'`((?:configs|docs|projects|stnet_mm|stnet_runtime|tests|tools)/'
    r'[\w./-]*)`'
)


def anchors_of(page) -> list[str]:
    """The anchors of a page's titles, as GitHub and the site make them."""
    titles = re.findall(r'^#+ (.*)$', FENCE.sub('', text_of(page)), re.M)
    return [
        re.sub(r'[^\w -]', '', title.lower()).replace(' ', '-')
        for title in titles
    ]


@pytest.mark.parametrize('page', [*PAGES, NOTEBOOK], ids=name_of)
def test_links(page):
    for target, anchor in LINK.findall(prose_of(page)):
        if target.startswith(('http:', 'https:')):
            continue
        other = (page.parent / target) if target else page
        # The site lists no folders.
        assert other.is_file(), target
        if anchor:
            assert anchor in anchors_of(other), (target, anchor)


@pytest.mark.parametrize('page', PAGES, ids=name_of)
def test_titles_have_different_anchors(page):
    anchors = anchors_of(page)
    if page.name != 'CHANGELOG.md':
        assert len(anchors) == len({*anchors})


@pytest.mark.parametrize('page', [*PAGES, NOTEBOOK], ids=name_of)
def test_files_that_are_named(page):
    names = {*FILE.findall(prose_of(page))}
    names.discard('configs/recognition/')  # of MMAction2
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_files_that_the_code_names():
    names = set()
    folders = ('configs', 'projects', 'stnet_mm', 'stnet_runtime', 'tools')
    for folder in folders:
        for path in (ROOT / folder).rglob('*.*'):
            if path.suffix in ('.py', '.html', '.txt', '.toml', '.yml'):
                text = path.read_text(encoding='utf-8')
                names.update(re.findall(r'docs/\w[\w/]*\.\w+', text))
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []

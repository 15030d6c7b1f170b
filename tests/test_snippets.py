"""What the README and the docs tell people to type exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from mmengine.config import Config

ROOT = Path(__file__).parents[1]
PAGES = [
    *ROOT.glob('*.md'),
    *(ROOT / 'docs').glob('*.md'),
    *(ROOT / 'configs').rglob('*.md'),
    *(ROOT / 'projects').rglob('*.md'),
    *(ROOT / 'stnet_runtime').glob('*.md'),
]
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.M | re.S)
LINK = re.compile(r'\]\(([^)#\s]+)?(?:#([^)\s]*))?\)')


def snippets(language: str) -> list:
    """The snippets of a language in all pages."""
    return [
        pytest.param(text, id=f'{page.relative_to(ROOT)}-{number}')
        for page in PAGES
        for number, (kind, text) in enumerate(FENCE.findall(page.read_text()))
        if kind == language
    ]


@lru_cache(maxsize=None)
def options(*command: str) -> set[str]:
    """The options that a tool's help lists."""
    result = subprocess.run(
        [sys.executable, *command, '--help'],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    return set(re.findall(r'(?<![\w-])--?[a-z][\w-]*', result.stdout))


def test_snippets_are_found():
    assert len(snippets('bash')) > 8
    assert len(snippets('python')) > 4


@pytest.mark.parametrize('text', snippets('python'))
def test_python(text, tmp_path):
    compile(text, 'snippet', 'exec')
    # A part of a config: it must be one that MMEngine reads.
    if re.match(r'\w+ = dict\(', text):
        path = tmp_path / 'config.py'
        path.write_text(text)
        assert Config.fromfile(path)


@pytest.mark.parametrize('text', snippets('bash'))
def test_shell(text):
    # Optional parts in brackets are there, too.
    text = re.sub(r'\[(--[^\]]*)\]', r'\1', text.replace('\\\n', ' '))
    subprocess.run(
        ['bash', '-n'], input=text, text=True, check=True, timeout=60
    )
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ['make']:
            targets = re.findall(
                r'^([\w-]+):', (ROOT / 'Makefile').read_text(), re.M
            )
            assert words[1] in targets
        elif words[:2] == ['python', '-m'] and words[2].startswith(
            ('projects', 'stnet_runtime')
        ):
            check_options(words[3:], options('-m', words[2]))
        elif words[:1] in (['python'], ['bash']) and (
            words[1].startswith('tools/')
        ):
            assert (ROOT / words[1]).is_file(), line
            if words[0] == 'python':
                check_options(words[2:], options(words[1]))


def check_options(words: list[str], known: set[str]) -> None:
    """Options among the words are known."""
    for word in words:
        if re.match(r'--?[a-z]', word):
            assert word.partition('=')[0] in known, word


@pytest.mark.parametrize('page', PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links(page):
    text = FENCE.sub('', page.read_text())
    for target, anchor in LINK.findall(text):
        if target.startswith(('http:', 'https:')):
            continue
        other = (page.parent / target) if target else page
        assert other.exists(), target
        if anchor:
            titles = re.findall(r'^#+ (.*)$', other.read_text(), re.M)
            slugs = [
                re.sub(r'[^\w -]', '', title.lower()).replace(' ', '-')
                for title in titles
            ]
            assert anchor in slugs, (target, anchor)

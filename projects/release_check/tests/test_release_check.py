"""The checks before a release find what is wrong."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
import tomllib
from packaging.requirements import Requirement

from projects.release_check.distributions import (
    WHEEL_PATTERNS,
    check_metadata,
    check_sdist,
    check_wheel,
)
from projects.release_check.install_lines import find_install_lines
from projects.release_check.repository import (
    check_changelog,
    check_docs,
    check_support,
    check_tree,
    read_version,
)
from stnet_mm.errors import StNetInputError
from stnet_mm.version import __version__

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
EXTRAS = PROJECT['optional-dependencies']
LINES = find_install_lines(ROOT)


def git(root, *args):
    name = ('-c', 'user.name=x', '-c', 'user.email=x@example.org')
    subprocess.run(['git', *name, *args], cwd=root, check=True, timeout=60)


@pytest.fixture
def repository(tmp_path):
    """A small one that is ready: its version, changelog and pages."""
    for folder in ('stnet_mm', 'stnet_runtime', 'docs'):
        (tmp_path / folder).mkdir()
    for name in ('stnet_mm/version.py', 'stnet_runtime/__init__.py'):
        (tmp_path / name).write_text("__version__ = '1.2.0'\n")
    (tmp_path / 'CHANGELOG.md').write_text(
        '# Changelog\n\n## 1.2.0 - 2026-01-02\n\n## 1.1.0 - 2025-01-02\n'
    )
    (tmp_path / 'docs' / 'support.md').write_text('# Support\n')
    (tmp_path / 'Makefile').write_text(
        '.PHONY: docs\ndocs:\n\t@test -f docs/support.md\n'
    )
    git(tmp_path, 'init', '-q')
    git(tmp_path, 'add', '.')
    git(tmp_path, 'commit', '-q', '-m', 'All')
    return tmp_path


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_repository_that_is_ready(repository):
    assert read_version(repository) == '1.2.0'
    for check in (check_tree, check_changelog, check_support, check_docs):
        assert check(repository) == []


def test_versions_that_differ(repository):
    edit(repository / 'stnet_runtime' / '__init__.py', '1.2.0', '1.1.0')
    with pytest.raises(StNetInputError, match=r'stnet_runtime.* 1\.1\.0'):
        read_version(repository)
    edit(repository / 'stnet_mm' / 'version.py', '__version__', 'version')
    with pytest.raises(StNetInputError, match='no __version__'):
        read_version(repository)


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('2026-01-02', 'unreleased', "1.2.0 is 'unreleased'"),
        ('1.2.0', '1.3.0', 'begins with 1.3.0, not with 1.2.0'),
        ('1.1.0', '1.2.0', 'has 1.2.0 twice'),
        ('##', '#', 'begins with nothing'),
    ],
)
def test_changelogs(repository, old, new, problem):
    edit(repository / 'CHANGELOG.md', old, new)
    (found,) = check_changelog(repository)
    assert problem in found


def test_trees(repository):
    git(repository, 'tag', 'v1.2.0')
    assert check_tree(repository) == []
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'More')
    assert check_tree(repository) == [
        'the tag v1.2.0 is on another commit already'
    ]
    (repository / 'new.txt').touch()
    assert 'not committed: new.txt' in check_tree(repository)
    git(repository, 'rm', '-q', '--cached', 'docs/support.md')
    assert 'is not there' in check_support(repository)[0]
    (repository / 'docs' / 'support.md').unlink()
    assert check_docs(repository)[0] == 'make docs fails:'


def test_wheels_and_sdists(repository, tmp_path):
    for folder in WHEEL_PATTERNS:
        (repository / folder).mkdir(exist_ok=True)
        (repository / folder / 'a.py').touch()
    wheel = tmp_path / 'dist' / 'stnet_mm-1.2.0-py3-none-any.whl'
    wheel.parent.mkdir()
    names = [f'{f}/a.py' for f in ('stnet_mm', 'stnet_runtime')]
    names += ['stnet_mm/version.py', 'stnet_runtime/__init__.py']
    names += [f'stnet_mm/.mim/{f}/a.py' for f in ('configs', 'tools')]
    with ZipFile(wheel, 'w') as archive:
        for name in (*names, 'tests/a.py', 'x.dist-info/RECORD'):
            archive.writestr(name, '')
    assert check_wheel(wheel, repository) == [
        'the wheel lacks stnet_mm/.mim/model-index.yml',
        'the wheel has tests/a.py, too',
    ]
    sdist = wheel.with_name('stnet_mm-1.2.0.tar.gz')
    with tarfile.open(sdist, 'w:gz') as archive:
        archive.add(repository / 'Makefile', 'stnet_mm-1.2.0/Makefile')
    tracked = ['Makefile', 'docs/support.md', '.gitignore', '.ci/run']
    assert check_sdist(sdist, tracked) == ['the sdist lacks docs/support.md']
    assert 'built were' in check_metadata(wheel.parent, '1.3.0')[0]


def test_twine_finds_a_readme_that_pypi_cannot_show(tmp_path):
    pytest.importorskip('twine')
    metadata = (
        'Metadata-Version: 2.1\nName: stnet_mm\nVersion: 1.2.0\nSummary: x\n'
        'Requires-Python: >=3.8\nDescription-Content-Type: text/x-rst\n\n'
        'Title\n===\n\n.. nothing::\n'
    )
    stem = 'stnet_mm-1.2.0'
    with ZipFile(tmp_path / f'{stem}-py3-none-any.whl', 'w') as archive:
        archive.writestr(f'{stem}.dist-info/METADATA', metadata)
        archive.writestr(f'{stem}.dist-info/WHEEL', 'Wheel-Version: 1.0\n')
    (tmp_path / 'PKG-INFO').write_text(metadata)
    with tarfile.open(tmp_path / f'{stem}.tar.gz', 'w:gz') as archive:
        archive.add(tmp_path / 'PKG-INFO', f'{stem}/PKG-INFO')
    (tmp_path / 'PKG-INFO').unlink()
    problems = check_metadata(tmp_path, '1.2.0')
    assert problems[0] == 'the metadata has no License'
    assert any('long_description' in problem for problem in problems)


def test_install_lines_are_found(tmp_path):
    (tmp_path / 'a.md').write_text(
        '```bash\npip install -U ".[one,two]" "x>=1" \\\n    y  # why\n```\n'
        'Or `pip install stnet_mm[three]`.\n| `".[four]"` | z |\n'
    )
    lines = find_install_lines(tmp_path)
    assert [line.words for line in lines] == [
        ['-U', '.[one,two]', 'x>=1', 'y'],
        ['stnet_mm[three]'],
        ['.[four]'],
    ]
    assert lines[0].targets == ['.[one,two]', 'x>=1', 'y']
    assert [line.extras for line in lines] == [
        ['one', 'two'],
        ['three'],
        ['four'],
    ]


@pytest.mark.parametrize(
    'line', LINES, ids=lambda line: f'{line.page}-{" ".join(line.words)}'
)
def test_what_pages_install_exists(line):
    assert line.words
    assert {*line.extras} <= {*EXTRAS}
    for target in line.targets:
        if target.startswith('./stnet_mm-'):
            continue  # a wheel that `make wheel` makes
        if target.startswith(('.', 'stnet_mm')):
            folder = target.partition('[')[0].replace('stnet_mm', '.')
            assert (ROOT / folder / 'pyproject.toml').is_file(), target
        elif '.txt' in target:
            assert (ROOT / target).is_file()
        else:
            Requirement(target)


def test_every_extra_is_documented():
    documented = {extra for line in LINES for extra in line.extras}
    # That one is for those who work on the package: see requirements.txt.
    assert documented == {*EXTRAS} - {'tests'}


def test_requirements_have_all_that_extras_ask_for():
    pinned = {
        Requirement(line).name.replace('_', '-')
        for line in (ROOT / 'requirements.txt').read_text().splitlines()
        if line and not line.startswith('#')
    }
    for extra, needs in EXTRAS.items():
        names = {Requirement(need).name.replace('_', '-') for need in needs}
        assert names <= pinned, extra


def test_the_command():
    command = [sys.executable, '-m', 'projects.release_check']

    def run(*checks):
        return subprocess.run(
            [*command, *checks],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )

    result = run('changelog')
    assert result.stdout.startswith(f'stnet_mm {__version__}\nchangelog: ')
    problems = check_changelog(ROOT)
    assert result.returncode == bool(problems)
    assert all(f'\n  {problem}\n' in result.stdout for problem in problems)
    result = run('vhs')
    assert result.returncode == 1
    assert result.stderr.startswith("error: unknown check 'vhs'")

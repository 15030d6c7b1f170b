"""Checks of what is uploaded: the sdist and the wheel."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

from stnet_mm.errors import StNetInputError

TIMEOUT = 1800  # seconds of a build
# What the wheel has of each folder.
WHEEL_PATTERNS = {
    'stnet_mm': ('*.py', 'py.typed', '*.html', '*.css', '*.js', '*.mp4'),
    'stnet_runtime': ('*.py',),
    'configs': ('*.py', '*.yml', '*.md'),
    'tools': ('*.py', '*.sh'),
}
# What mim reads; inside of the package.
MIM = 'stnet_mm/.mim'


def build(source: Path, out: Path, epoch: int, *options: str) -> None:
    """Build the sdist, and the wheel from it.

    Args:
        source (Path): The repository, or a copy of it.
        out (Path): Folder for both files.
        epoch (int): The time that their files get, in seconds since 1970.
        *options (str): Further options of ``build``.

    Raises:
        StNetInputError: If the build fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        [sys.executable, '-m', 'build', *options, '--outdir', out, source],
        # Not in the source, where there may be a folder of that name.
        cwd=out,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
        env={**os.environ, 'SOURCE_DATE_EPOCH': str(epoch)},
        timeout=TIMEOUT,
    )
    if result.returncode:
        raise StNetInputError(f'the build fails:\n{result.stdout[-5000:]}')


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in a folder, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def check_wheel(wheel: Path, root: Path) -> list[str]:
    """Check that a wheel holds the package and what mim needs, only.

    Args:
        wheel (Path): The wheel.
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    expected = {f'{MIM}/model-index.yml'}
    for folder, patterns in WHEEL_PATTERNS.items():
        parent = '' if folder.startswith('stnet_') else f'{MIM}/'
        expected |= {
            parent + path.relative_to(root).as_posix()
            for pattern in patterns
            for path in (root / folder).rglob(pattern)
        }
    with ZipFile(wheel) as archive:
        names = {n for n in archive.namelist() if '.dist-info/' not in n}
    return [
        *(f'the wheel lacks {name}' for name in sorted(expected - names)),
        *(f'the wheel has {name}, too' for name in sorted(names - expected)),
    ]


def check_sdist(sdist: Path, tracked: list[str]) -> list[str]:
    """Check that an sdist holds every file of the repository.

    Args:
        sdist (Path): The sdist.
        tracked (list[str]): The files that git tracks. Those of folders and
            files that begin with a dot may be missing.

    Returns:
        list[str]: What is wrong, a line each.
    """
    with tarfile.open(sdist) as archive:
        # Below a folder of the package's name and version.
        names = {name.partition('/')[2] for name in archive.getnames()}
    return [
        f'the sdist lacks {name}'
        for name in sorted(tracked)
        if name not in names
        and not any(part.startswith('.') for part in name.split('/'))
    ]


def check_metadata(folder: Path, version: str) -> list[str]:
    """Check names and metadata of an sdist and a wheel.

    Args:
        folder (Path): Where both are.
        version (str): The version to be released.

    Returns:
        list[str]: What is wrong, a line each.
    """
    names = sorted(path.name for path in folder.iterdir())
    expected = [
        f'stnet_mm-{version}-py3-none-any.whl',
        f'stnet_mm-{version}.tar.gz',
    ]
    if names != expected:
        return [f'built were {", ".join(names)}, not {", ".join(expected)}']
    with ZipFile(folder / expected[0]) as archive:
        name = next(n for n in archive.namelist() if n.endswith('/METADATA'))
        metadata = Parser().parsestr(archive.read(name).decode())
    problems = [
        f'the metadata has no {field}'
        for field in ('Summary', 'License', 'Requires-Python')
        if not metadata.get_all(field)
    ]
    result = subprocess.run(
        [sys.executable, '-m', 'twine', 'check', '--strict']
        + [folder / name for name in expected],
        capture_output=True,
        text=True,
        env={**os.environ, 'NO_COLOR': '1'},
        timeout=300,
    )
    if result.returncode:
        problems += (result.stdout + result.stderr).strip().splitlines()
    return problems

"""Check all that has to be right before a release; see README.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.error_lines import clear_errors

from .distributions import (
    build,
    check_metadata,
    check_sdist,
    check_wheel,
    digests,
)
from .install_lines import find_install_lines
from .repository import (
    check_changelog,
    check_docs,
    check_support,
    check_tree,
    git,
    read_version,
)

ROOT = Path(__file__).resolve().parents[2]


def check_distributions(root: Path) -> list[str]:
    """Build twice, and check what comes out.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    epoch = int(git(root, 'log', '-1', '--format=%ct'))
    with tempfile.TemporaryDirectory() as folder:
        outs = [Path(folder, name) for name in ('first', 'second')]
        for out in outs:
            build(root, out, epoch)
        first, second = map(digests, outs)
        problems = check_metadata(outs[0], read_version(root))
        (wheel,), (sdist,) = outs[0].glob('*.whl'), outs[0].glob('*.tar.gz')
        tracked = git(root, 'ls-files').splitlines()
        problems += check_wheel(wheel, root) + check_sdist(sdist, tracked)
    return problems + [
        f'{name}: two builds differ'
        for name in first
        if first[name] != second.get(name)
    ]


def check_resolution(root: Path) -> list[str]:
    """Let pip resolve every command that our pages install with.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    problems = []
    for words in sorted(
        {tuple(line.words) for line in find_install_lines(root)}
    ):
        print(f'pip install {" ".join(words)}', flush=True)
        command = [sys.executable, '-m', 'pip', 'install', '--dry-run']
        result = subprocess.run(
            [*command, '--quiet', '--ignore-installed', *words],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=1800,
        )
        if result.returncode:
            last = result.stderr.strip().splitlines()[-1]
            problems.append(f'pip install {" ".join(words)}: {last}')
    return problems


CHECKS: dict[str, Callable[[Path], list[str]]] = {
    'tree': check_tree,
    'changelog': check_changelog,
    'support': check_support,
    'distributions': check_distributions,
    'docs': check_docs,
    'resolution': check_resolution,
}
# Downloads much, so it runs only if asked for.
BY_NAME_ONLY = ('resolution',)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'checks',
        nargs='*',
        metavar='check',
        help=f'of {", ".join(CHECKS)}; all but {", ".join(BY_NAME_ONLY)} by '
        'default',
    )
    names = parser.parse_args().checks
    with clear_errors():
        for name in names:
            if name not in CHECKS:
                raise StNetInputError(
                    f'unknown check {name!r}: choose of {", ".join(CHECKS)}'
                )
        print(f'stnet_mm {read_version(ROOT)}')
        failed = False
        for name in names or [n for n in CHECKS if n not in BY_NAME_ONLY]:
            problems = CHECKS[name](ROOT)
            failed = failed or bool(problems)
            print(f'{name}: {"ok" if not problems else "not ready"}')
            for problem in problems:
                print(f'  {problem}')
        sys.exit(int(failed))


if __name__ == '__main__':
    main()

"""Type what a new user types, and write down what comes of it (README.md)."""

from __future__ import annotations

import argparse
import datetime
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically

from .commands import WAYS
from .page import write_page
from .shell import type_commands

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path('projects', 'walkthrough', 'results')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Type what a new user types, from the wheel to a '
        'service, and write docs/walkthrough.md'
    )
    parser.add_argument(
        'clips',
        type=Path,
        metavar='CLIPS',
        help='folder of clips with train.txt, val.txt and classes.txt',
    )
    parser.add_argument('--ways', nargs='+', choices=[*WAYS], default=[*WAYS])
    parser.add_argument(
        '--machine',
        default='two CPU cores',
        help='what the page says of the machine',
    )
    parser.add_argument(
        '--folder', type=Path, help='new folder to keep what is made'
    )
    return parser.parse_args()


def walk(way: str, clips: Path, folder: Path) -> list[dict]:
    """Type the commands of a way into a folder."""
    shutil.copytree(clips, folder / 'clips')
    subprocess.run(
        [sys.executable, '-m', 'build', '--wheel', '-o', folder, ROOT],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (wheel,) = folder.glob('*.whl')
    first, *_ = (clips / 'val.txt').read_text(encoding='utf-8').splitlines()
    video = shlex.quote(f'clips/{first.rpartition(" ")[0]}')
    commands = [
        command.format(wheel=f'./{wheel.name}', video=video)
        for command in WAYS[way]
    ]
    typed = type_commands(commands, folder, folder / 'log.txt')
    steps = [step.to_dict() for step in typed]
    for step in steps:
        # Where it was tried is of no interest.
        step['lines'] = [
            line.replace(f'{folder}/', '') for line in step['lines']
        ]
    return steps


def main() -> int:
    args = parse_args()
    failed = 0
    for way in args.ways:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(args.folder or temporary, way).resolve()
            folder.mkdir(parents=True)
            typed = walk(way, args.clips, folder)
        for step in typed:
            print(f'{step["seconds"]:8.1f} s  {step["command"]}', flush=True)
        if typed[-1]['status']:
            failed = 1
            print('\n'.join(typed[-1]['lines'][-20:]))
            continue
        result = dict(
            date=datetime.date.today().isoformat(),
            machine=args.machine,
            typed=typed,
        )
        text = json.dumps(result, indent=1) + '\n'
        write_atomically(ROOT / RESULTS / f'{way}.json', text.encode())
    results = {
        way: json.loads((ROOT / RESULTS / f'{way}.json').read_text())
        for way in WAYS
        if (ROOT / RESULTS / f'{way}.json').exists()
    }
    write_page(results, ROOT)
    return failed


if __name__ == '__main__':
    raise SystemExit(main())

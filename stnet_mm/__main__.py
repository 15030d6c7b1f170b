"""``python -m stnet_mm COMMAND``: the doctor, or a tool, from any folder."""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
from pathlib import Path

from .doctor import examine, format_report
from .errors import StNetInputError
from .upstream_tools import find_tools


def list_tools() -> dict[str, Path]:
    """The tools, by name; none if the package came without them."""
    try:
        folder = find_tools(Path(__file__).parent)
    except StNetInputError:
        return {}
    return {path.stem: path for path in sorted(folder.glob('*.py'))}


def parse_args() -> argparse.Namespace:
    lines = ['doctor: what is installed, what is wrong with it, what to do']
    tools = list_tools()
    for name, path in tools.items():
        text = ast.get_docstring(ast.parse(path.read_text(encoding='utf-8')))
        first, *_ = (text or '').splitlines()
        lines.append(f'{name}: {first}')
    parser = argparse.ArgumentParser(
        prog='python -m stnet_mm',
        usage='%(prog)s COMMAND [ARGUMENTS]',
        description='Run a command with its arguments; COMMAND --help tells '
        'them.\n\n' + '\n'.join(f'  {line}' for line in lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'command', choices=['doctor', *tools], metavar='COMMAND'
    )
    parser.add_argument(
        '--json',
        action='store_true',
        help='of the doctor: print one JSON object. Its exit status is 0 if '
        'all that is needed works, else 1',
    )
    return parser.parse_args()


def main() -> int:
    tool = list_tools().get(sys.argv[1]) if sys.argv[1:] else None
    if tool is not None:
        # In place of this process, so that signals reach the tool.
        os.execv(sys.executable, [sys.executable, str(tool), *sys.argv[2:]])
    args = parse_args()
    report = examine()
    print(json.dumps(report, indent=2) if args.json else format_report(report))
    return 0 if report['ok'] else 1


if __name__ == '__main__':
    raise SystemExit(main())

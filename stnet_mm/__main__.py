"""``python -m stnet_mm doctor``: what is installed, and what is wrong."""

from __future__ import annotations

import argparse
import json

from .doctor import examine, format_report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m stnet_mm')
    commands = parser.add_subparsers(dest='command', required=True)
    doctor = commands.add_parser(
        'doctor',
        help='say what is installed, and what is wrong with it',
        description='Say what is installed, what is wrong with it and what '
        'to do. The exit status is 0 if all that is needed works, else 1.',
    )
    doctor.add_argument(
        '--json', action='store_true', help='print one JSON object'
    )
    return parser.parse_args()


def main() -> int:
    args = parse_args()
    report = examine()
    print(json.dumps(report, indent=2) if args.json else format_report(report))
    return 0 if report['ok'] else 1


if __name__ == '__main__':
    raise SystemExit(main())

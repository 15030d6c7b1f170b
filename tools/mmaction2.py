"""Run one of MMAction2's own tools, with what stnet_mm patches in it."""

from __future__ import annotations

import argparse


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run one of MMAction2's own tools after the import of "
        'stnet_mm, whose patches some need before they read a config'
    )
    parser.add_argument(
        'tool', help='for example analysis_tools/confusion_matrix'
    )
    parser.add_argument(
        'args', nargs=argparse.REMAINDER, help='arguments of the tool'
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.upstream_tools import run_tool
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        run_tool(args.tool, args.args)


if __name__ == '__main__':
    main()

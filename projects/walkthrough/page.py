"""The page of the manual: times and transcript of both ways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically

PAGE = Path('docs', 'walkthrough.md')
TEXT = Path(__file__).with_name('page.txt')


def write_page(results: dict[str, dict], root: Path) -> None:
    """Write the page.

    Args:
        results (dict[str, dict]): Of each way: ``date``, ``machine`` and
            ``typed``, what came of each command.
        root (Path): The repository.
    """
    text = TEXT.read_text(encoding='utf-8')
    parts = []
    for way, result in results.items():
        typed = result['typed']
        minutes = sum(step['seconds'] for step in typed) / 60
        parts.append(
            f'## By {way}\n\n{result["date"]}, {result["machine"]}: '
            f'{minutes:.0f} minutes in all.\n\n'
            '| | seconds |\n| --- | --: |\n'
            + ''.join(
                f'| `{step["command"]}` | {step["seconds"]:.0f} |\n'
                for step in typed
            )
            + f'\n```text\n{transcript(typed)}\n```\n'
        )
    page = text.replace('{ways}', '\n'.join(parts))
    write_atomically(root / PAGE, page.encode())


def transcript(typed: Sequence[dict]) -> str:
    """What was typed and printed.

    Args:
        typed (Sequence[dict]): The commands.

    Returns:
        str: Lines.
    """
    return '\n'.join(
        line
        for step in typed
        for line in (f'$ {step["command"]}', *step['lines'])
    )

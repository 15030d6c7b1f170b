"""The table of docs/reliability.md, and what has grown."""

from __future__ import annotations

from collections.abc import Sequence

from .usage import Usage

# Of the memory after the first steps.
GROWTH = 0.03


def find_growth(usages: Sequence[Usage]) -> list[str]:
    """Compare the last usage of each process with its first.

    Args:
        usages (Sequence[Usage]): In the order of the steps.

    Returns:
        list[str]: What has grown, or is gone.
    """
    faults = []
    for name, some in _by_process(usages).items():
        first, last = some[0], some[-1]
        if last.step != usages[-1].step:
            faults.append(f'{name} is gone after step {last.step}')
        if last.megabytes > first.megabytes * (1 + GROWTH):
            faults.append(
                f'{name}: {first.megabytes:.0f} MB, then {last.megabytes:.0f}'
            )
        if last.files != first.files:
            faults.append(f'{name}: {first.files} files, then {last.files}')
    return faults


def make_table(usages: Sequence[Usage], faults: Sequence[str]) -> str:
    """Make the table.

    Args:
        usages (Sequence[Usage]): In the order of the steps.
        faults (Sequence[str]): What went wrong.

    Returns:
        str: Markdown.
    """
    processes = _by_process(usages)
    lines = [
        f'| steps | {" | ".join(processes)} |',
        f'| --: |{" --: |" * len(processes)}',
    ]
    for step in dict.fromkeys(usage.step for usage in usages):
        cells = [
            f'{usage.megabytes:.0f} MB, {usage.files} files'
            for usage in usages
            if usage.step == step
        ]
        lines.append(f'| {step} | {" | ".join(cells)} |')
    return '\n'.join([*lines, '', f'Faults: {"; ".join(faults) or "none"}.'])


def _by_process(usages: Sequence[Usage]) -> dict[str, list[Usage]]:
    found: dict[str, list[Usage]] = {}
    for usage in usages:
        found.setdefault(usage.process, []).append(usage)
    return found

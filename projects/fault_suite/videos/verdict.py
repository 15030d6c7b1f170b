"""What went wrong with damaged videos."""

from __future__ import annotations

from collections.abc import Mapping

from .runs import Run


def find_faults(runs: Mapping[str, Run]) -> list[str]:
    """Find what a tool did wrong.

    A video is bad if ``predict.py`` refuses it: it always wants the same
    frames. Training wants others every time, so that it may refuse more.

    Args:
        runs (Mapping[str, Run]): The runs, by name.

    Returns:
        list[str]: The faults; a bad video that was not named is one.
    """
    faults = [f'{run.name}: {run.fault}' for run in runs.values() if run.fault]
    bad = runs['predict'].named
    check = runs['check_videos --decode full']
    for run, expected in (
        (check, bad),
        (runs['test, skip'], bad),
        *((check, runs[f'train, {p}'].named) for p in ('skip', 'replace')),
    ):
        missed = sorted(expected - run.named)
        if missed:
            faults.append(f'{run.name}: not named: {", ".join(missed)}')
    return faults

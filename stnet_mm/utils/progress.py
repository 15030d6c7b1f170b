"""Progress of long work: a bar on a terminal, a line a minute in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from datetime import timedelta
from typing import Callable, TypeVar, cast

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

T = TypeVar('T')
# Seconds between two drawings of a bar, and between two lines of a log.
REDRAW, LOG = 0.1, 60.0


@contextmanager
def progress_bar(
    total: int, description: str, enabled: bool = True, rate: str = ''
) -> Iterator[Callable[..., None]]:
    """Show on stderr how much of some work is done.

    Where stderr is no terminal, nothing is shown of work that takes less
    than a minute, and a line every minute of work that takes longer.

    Args:
        total (int): How many parts the work has.
        description (str): What is done.
        enabled (bool): Whether to show anything. Defaults to True.
        rate (str): What to count a second, such as ``'videos'``; a log then
            also has the time that is left. Defaults to not at all.

    Yields:
        Callable[[int], None]: To be called with how many parts more are
        done, 1 by default.
    """
    console = Console(stderr=True)
    if not enabled:
        yield lambda count=1: None
    elif console.is_interactive:
        with _bar(console, rate) as bar:
            task = bar.add_task(description, total=total)
            redraw = _at_most_every(REDRAW, bar.refresh)

            def advance(count: int = 1) -> None:
                bar.advance(task, count)
                redraw()

            yield advance
    else:
        done, start = 0, time.monotonic()

        def tell() -> None:
            line = f'{description}: {done} of {total}'
            if rate:
                speed = done / (time.monotonic() - start)
                left = timedelta(seconds=round((total - done) / speed))
                line += f', {speed:.3g} {rate}/s, {left} left'
            print(line, file=sys.stderr)

        log = _at_most_every(LOG, tell)

        def advance(count: int = 1) -> None:
            nonlocal done
            done += count
            log()

        yield advance


def track(
    items: Iterable[T],
    description: str,
    enabled: bool = True,
    total: int | None = None,
) -> Iterator[T]:
    """Go through items and show on stderr how many are done.

    Args:
        items (Iterable): The items.
        description (str): What is done with them.
        enabled (bool): Whether to show anything. Defaults to True.
        total (int, optional): How many there are. Defaults to None, their
            ``len``.

    Yields:
        object: Each of the items.
    """
    if total is None:
        total = len(cast(Sized, items))
    with progress_bar(total, description, enabled) as advance:
        for item in items:
            yield item
            advance()


class _Rate(ProgressColumn):
    """How many parts are done a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f'{speed:.3g} {self._unit}/s' if speed else '')


def _bar(console: Console, rate: str) -> Progress:
    return Progress(
        TextColumn('{task.description}', markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        *([_Rate(rate)] if rate else []),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        # Without a thread that draws: processes may be forked meanwhile.
        auto_refresh=False,
        # Output of others stays where it goes to.
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _at_most_every(
    seconds: float, act: Callable[[], None]
) -> Callable[[], None]:
    """Act when called, but not again within so many seconds."""
    last = time.monotonic()

    def maybe() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= seconds:
            last = now
            act()

    return maybe

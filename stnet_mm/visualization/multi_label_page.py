"""The page of a test where videos have several labels."""

from __future__ import annotations

import json
from pathlib import Path

from ..evaluation import MultiLabelReport
from ..utils.atomic import write_atomically
from .rendering import write_page


def write_multi_label_report(
    folder: Path, report: MultiLabelReport, title: str
) -> None:
    """Write ``index.html`` and ``report.json``.

    Args:
        folder (Path): Where to.
        report (MultiLabelReport): The report.
        title (str): What to call the recognizer.

    Raises:
        OSError: If they cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=1)
    write_atomically(folder / 'report.json', text.encode())
    write_page(
        folder / 'index.html', 'multi_label', title=title, report=report
    )

"""The page of a test: accuracy, confusion matrix, calibration, mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..apis.local_video import local_video
from ..errors import StNetInputError
from ..evaluation import Report
from ..explain import Panel, VideoExplainer
from ..utils.atomic import write_atomically
from ..utils.error_lines import one_line
from ..utils.file_names import shorten_name
from ..utils.progress import track
from ..utils.room import describe_lack
from .cam_page import write_cam_page
from .gallery import make_preview
from .rendering import write_page
from .report_plots import plot_calibration, plot_confusion
from .source_video import SourceVideo

MAX_CONFUSIONS = 20


@dataclass(frozen=True)
class Mistake:
    """A misclassified video.

    Attributes:
        number (int): Its number in the test set.
        file (str): Its path.
        truth (str): Its class.
        predicted (str): The predicted class.
        confidence (float): Its score.
        still (str, optional): A picture of it, as an address.
        page (str, optional): The page of its maps, relative to the report.
        problem (str, optional): Why there is none.
    """

    number: int
    file: str
    truth: str
    predicted: str
    confidence: float
    still: str | None = None
    page: str | None = None
    problem: str | None = None


def find_mistakes(report: Report, count: int) -> list[Mistake]:
    """The mistakes of the highest confidence.

    Args:
        report (Report): The report.
        count (int): How many at most.

    Returns:
        list[Mistake]: The mistakes, in descending order of confidence.
    """
    return [
        Mistake(
            number,
            report.files[number],
            report.classes[report.labels[number]],
            report.classes[report.predictions[number]],
            float(report.confidences[number]),
        )
        for number in report.worst(count)
    ]


def explain_mistake(
    folder: Path,
    report: Report,
    mistake: Mistake,
    explain: VideoExplainer,
    title: str,
) -> Mistake:
    """Write the page of a mistake; a video that fails does not stop others.

    Args:
        folder (Path): Of the report.
        report (Report): The report.
        mistake (Mistake): The mistake.
        explain (VideoExplainer): Explains it.
        title (str): What to call the recognizer.

    Returns:
        Mistake: The same with its picture and page, or why there is none.

    Raises:
        OSError: If the disk has no room for the page.
    """
    # The predicted class, then the true one.
    found = (report.predictions, report.labels)
    classes = [int(values[mistake.number]) for values in found]
    name = f'{mistake.number:05d}_{Path(mistake.file).stem}.html'
    page = Path('cam', shorten_name(name))
    try:
        with local_video(mistake.file) as file:
            source = SourceVideo(file)
            still = make_preview(source).still
            mistake = replace(mistake, still=still)
            panel = Panel(title, explain(file, classes))
            write_cam_page(folder / page, source, [panel], mistake.truth)
    except (StNetInputError, ImportError, OSError) as error:
        # It will be the same with the others.
        if describe_lack(error):
            raise
        return replace(mistake, problem=one_line(error))
    return replace(mistake, page=page.as_posix())


def write_report(
    folder: Path, report: Report, mistakes: Sequence[Mistake], title: str
) -> None:
    """Write ``index.html`` and ``report.json``.

    Args:
        folder (Path): Where to.
        report (Report): The report.
        mistakes (Sequence[Mistake]): The mistakes to show.
        title (str): What to call the recognizer.

    Raises:
        OSError: If they cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=1)
    write_atomically(folder / 'report.json', text.encode())
    write_page(
        folder / 'index.html',
        'report',
        title=title,
        report=report,
        rows=list(
            zip(
                report.classes,
                report.class_videos.tolist(),
                report.class_accuracy.tolist(),
            )
        ),
        confusions=report.confusions(MAX_CONFUSIONS),
        mistakes=mistakes,
        confusion_plot=plot_confusion(report),
        calibration_plot=report.calibration
        and plot_calibration(report.calibration),
    )


def make_report(
    folder: Path,
    report: Report,
    count: int,
    build_explainer: Callable[[], VideoExplainer],
    title: str,
    progress: bool = False,
) -> None:
    """Write the report, then the pages of its most confident mistakes.

    The report comes first: it is there if the rest is interrupted. Pages of
    the mistakes of an earlier report in this folder are removed.

    Args:
        folder (Path): Where to.
        report (Report): The report.
        count (int): How many mistakes to explain.
        build_explainer (Callable[[], VideoExplainer]): Makes what explains
            them, if there are any.
        title (str): What to call the recognizer.
        progress (bool): Whether to show how many are explained. Defaults to
            False.

    Raises:
        OSError: If it cannot be written.
    """
    mistakes = find_mistakes(report, count)
    write_report(folder, report, mistakes, title)
    # Of an earlier test: no page leads to them any more.
    for page in (folder / 'cam').glob('[0-9]*_*.html'):
        page.unlink()
    if mistakes:
        explain = build_explainer()
        mistakes = [
            explain_mistake(folder, report, mistake, explain, title)
            for mistake in track(mistakes, 'explaining mistakes', progress)
        ]
        write_report(folder, report, mistakes, title)

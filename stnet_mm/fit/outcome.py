"""What a fit leaves behind for people."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..apis import VideoClassifier
from ..errors import StNetInputError
from ..evaluation import Report
from ..explain import Panel, VideoExplainer
from ..utils.error_lines import one_line
from ..utils.file_names import shorten_name
from ..utils.progress import track
from ..utils.pyav import require_pyav
from ..utils.room import describe_lack
from ..visualization import SourceVideo, write_cam_page
from .commands import commands
from .folder import FitFolder
from .options import FitOptions

TITLE = 'StNet'
# Clips to explain of those that are right, and of those that are wrong.
EXPLAINED = 2
# Classes to explain of each.
TOP = 3


def accuracy_line(report: Report) -> str:
    """The figures of a test in one line.

    Args:
        report (Report): The test.

    Returns:
        str: Accuracy and mean class accuracy.
    """
    right = int(report.right.sum())
    return (
        f'accuracy {report.top_k[1]:.1%} ({right} of {len(report.labels)} '
        f'clips), mean class accuracy {report.mean_class:.1%}'
    )


def choose_examples(report: Report, count: int) -> dict[str, list[int]]:
    """Choose clips to explain, the most confident ones.

    Args:
        report (Report): The test.
        count (int): How many right ones at most, and how many wrong ones.

    Returns:
        dict[str, list[int]]: Numbers of clips, by ``'right'`` and
        ``'wrong'``.
    """
    (right,) = np.nonzero(report.right)
    order = np.argsort(-report.confidences[right], kind='stable')
    return dict(right=right[order][:count].tolist(), wrong=report.worst(count))


def explain_examples(
    folder: FitFolder, report: Report, checkpoint: Path
) -> list[Path]:
    """Write pages with maps of a few clips.

    Args:
        folder (FitFolder): The fit's folder.
        report (Report): The test.
        checkpoint (Path): The trained weights.

    Returns:
        list[Path]: The pages. There are none without PyAV, which is not for
        all versions of Python, nor of a clip that cannot be played to its
        end: a line says so.

    Raises:
        OSError: If the disk has no room for the pages.
    """
    try:
        require_pyav('to draw maps on clips')
    except ImportError as error:
        print(f'no pages of clips: {error}', flush=True)
        return []
    classify = VideoClassifier(
        str(folder.config), str(checkpoint), classes=report.classes
    )
    explain = VideoExplainer(classify)
    examples = [
        (kind, number)
        for kind, numbers in choose_examples(report, EXPLAINED).items()
        for number in numbers
    ]
    pages = []
    for kind, number in track(examples, 'explaining clips'):
        file = report.files[number]
        name = shorten_name(f'{kind}_{number}_{Path(file).stem}.html')
        truth = report.classes[report.labels[number]]
        try:
            panel = Panel(TITLE, explain(file, TOP))
            write_cam_page(
                folder.cam / name, SourceVideo(file), [panel], truth
            )
        except (StNetInputError, OSError) as error:
            # The same command goes on here once there is room.
            if describe_lack(error):
                raise
            print(f'no page of a clip: {one_line(error)}', flush=True)
            continue
        pages.append(folder.cam / name)
    return pages


def summarize_fit(
    options: FitOptions,
    folder: FitFolder,
    report: Report,
    model: Path,
    pages: list[Path],
    tools: Path,
) -> str:
    """What came out, and how to go on.

    Args:
        options (FitOptions): The options of the fit.
        folder (FitFolder): Its folder.
        report (Report): The test.
        model (Path): The published weights.
        pages (list[Path]): Pages of explained clips.
        tools (Path): Folder of the command-line tools.

    Returns:
        str: Markdown.
    """
    files = {
        folder.config: 'the config',
        model: 'the weights, with the names of the classes and the config',
        folder.report / 'index.html': 'the test',
        **{page: f'a clip that is {page.name[:5]}' for page in pages},
    }
    lines = [f'# {folder.root.name}', '', accuracy_line(report), '']
    counted = zip(report.classes, report.class_videos)
    untested = [name for name, count in counted if not count]
    if untested:
        lines += [f'No clip to test on is of: {", ".join(untested)}', '']
    lines += [f'- `{path}`: {what}' for path, what in files.items()]
    for name, line in commands(options, folder, model, tools).items():
        lines += ['', f'To {name}:', '', f'    {line}']
    return '\n'.join(lines) + '\n'

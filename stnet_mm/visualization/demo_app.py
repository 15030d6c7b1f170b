"""A local page to try a recognizer on videos of one's own."""

from __future__ import annotations

import html
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from ..errors import StNetInputError
from ..explain import Panel, VideoExplainer
from .cam_page import write_cam_page
from .source_video import SourceVideo

TOP = 5
# Requests that may wait while one runs.
MAX_WAITING = 8
# Uploads are removed after an hour; looked for every ten minutes.
DELETE_CACHE = (600, 3600)
HINT = '<p>Choose a video to see its predicted classes and maps here.</p>'
# How to launch it. Without these fonts Gradio fetches others from elsewhere.
LOOKS = dict(
    theme=gr.themes.Default(
        primary_hue='sky',
        font=['system-ui', 'sans-serif'],
        font_mono=['ui-monospace', 'monospace'],
    ),
    css="""
    iframe.maps { width: 100%; height: 940px; border: 0; border-radius: 10px; }
    @media (max-width: 800px) { iframe.maps { height: 1240px; } }
    """,
    footer_links=[],
)


def build_app(
    explain: VideoExplainer,
    title: str,
    examples: Sequence[str | Path],
    folder: Path,
) -> gr.Blocks:
    """Build the page.

    Args:
        explain (VideoExplainer): Explains the videos.
        title (str): What to call the recognizer.
        examples (Sequence[str | Path]): Videos to choose from.
        folder (Path): For what is written meanwhile.

    Returns:
        gr.Blocks: The page, to be launched with ``LOOKS``.
    """
    paths = name_examples(examples)

    def show(
        upload: str | None,
        name: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  Gradio's way
    ) -> str:
        video = upload or paths.get(name or '')
        if video is None:
            raise gr.Error('Choose a video first.', print_exception=False)
        try:
            progress(0.1, 'computing the maps')
            panel = Panel(title, explain(video, TOP))
            progress(0.8, 'writing the page')
            return _frame(_render(video, panel, folder))
        except StNetInputError as error:
            # The name of the upload, not its temporary path.
            message = str(error).replace(video, Path(video).name)
            raise gr.Error(message, print_exception=False) from error

    with gr.Blocks(
        title=title, analytics_enabled=False, delete_cache=DELETE_CACHE
    ) as app:
        gr.Markdown(f'# {title}\nPredicted classes of a video, with maps.')
        with gr.Row():
            with gr.Column(scale=1, min_width=240):
                upload = gr.File(label='Video', type='filepath')
                chosen = gr.Dropdown(
                    [*paths],
                    value=None,
                    label='or an example',
                    visible=bool(paths),
                )
                button = gr.Button('Explain', variant='primary')
            with gr.Column(scale=4, min_width=300):
                page = gr.HTML(HINT)
        # One of the two, so that it is clear which is meant.
        quietly = dict(show_progress='hidden', api_visibility='private')
        upload.upload(lambda: None, None, chosen, **quietly)
        chosen.input(lambda: None, None, upload, **quietly)
        button.click(show, [upload, chosen], page, api_visibility='private')
    return app.queue(max_size=MAX_WAITING, default_concurrency_limit=1)


def name_examples(examples: Sequence[str | Path]) -> dict[str, str]:
    """Names to choose videos by, of which no two are the same.

    Args:
        examples (Sequence[str | Path]): The videos.

    Returns:
        dict[str, str]: Their paths, by the name of the file; by the path
        where several have that name.
    """
    paths = dict.fromkeys(map(str, examples))
    count = Counter(Path(path).name for path in paths)
    return {
        path if count[Path(path).name] > 1 else Path(path).name: path
        for path in paths
    }


def _render(video: str, panel: Panel, folder: Path) -> str:
    """The page of a video, as text."""
    path = folder / f'{uuid.uuid4().hex}.html'
    try:
        write_cam_page(path, SourceVideo(video), [panel])
        return path.read_text(encoding='utf-8')
    finally:
        path.unlink(missing_ok=True)


def _frame(page: str) -> str:
    """A page inside of another, which it cannot reach."""
    return (
        '<iframe class="maps" sandbox="allow-scripts" '
        f'title="Maps of the video" srcdoc="{html.escape(page)}"></iframe>'
    )

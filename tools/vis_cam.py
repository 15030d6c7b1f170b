"""Explain the prediction of a recognizer for a video, with maps."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stnet_mm.explain import Panel
    from stnet_mm.visualization import SourceVideo

FORMATS = ('html', 'mp4', 'gif', 'png')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Explain the prediction of a recognizer for a video: a '
        'page, a video with maps over it, or a picture of all maps'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument('video', help='video file, URL, or folder of frames')
    parser.add_argument(
        '--class',
        dest='label',
        metavar='CLASS',
        help='name or number of the class to explain; by default the most '
        'probable one',
    )
    parser.add_argument(
        '--method',
        default='gradcam',
        help='gradcam (default), gradcam++, xgradcam, layercam or hirescam; '
        "or cam, which is hirescam at the backbone's output, where it is "
        'exact',
    )
    parser.add_argument(
        '--target-layer',
        default='backbone',
        metavar='LAYER',
        help='layer to make maps of, such as backbone.layer3; by default the '
        "backbone's output",
    )
    parser.add_argument(
        '--compare',
        nargs='+',
        metavar=('CONFIG2', 'CHECKPOINT2'),
        help='a second recognizer to show beside the first, given likewise',
    )
    parser.add_argument(
        '--format',
        nargs='+',
        choices=FORMATS,
        default=['html'],
        help='what to write; by default html, a page with everything inside',
    )
    parser.add_argument(
        '--out', default='work_dirs/cam', help='folder to write to'
    )
    parser.add_argument(
        '--topk', type=int, default=5, help='how many classes to explain'
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument(
        '--fps', type=float, default=25, help='of a folder of frames'
    )
    parser.add_argument(
        '--device', help='for example cpu or cuda:0; by default a GPU if any'
    )
    parser.add_argument(
        '--preview-model',
        action='store_true',
        help='list the layers that maps can be made of, and stop',
    )
    # Options may stand between the arguments.
    args = parser.parse_intermixed_args()
    if len(args.compare or ()) > 2:
        parser.error('--compare takes a config and a checkpoint')
    if args.topk < 1:
        parser.error('--topk must be 1 or more')
    if args.fps <= 0:
        parser.error('--fps must be more than 0')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.apis.local_video import local_video
    from stnet_mm.explain import Panel, VideoExplainer
    from stnet_mm.utils.class_names import find_class, read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.score_text import score_text
    from stnet_mm.visualization import SourceVideo, short_titles
    from stnet_runtime.open_set import UNKNOWN

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors(), local_video(args.video) as video:
        names = args.labels and read_class_names(args.labels)
        models = [(args.config, args.checkpoint)]
        if args.compare:
            models.append((*args.compare, None)[:2])
        explainers = [
            VideoExplainer(
                VideoClassifier(*model, args.device, names),
                args.target_layer,
                args.method,
            )
            for model in models
        ]
        if args.preview_model:
            for layer in explainers[0].layers(video):
                shape = ' x '.join(map(str, layer.shape))
                print(f'{layer.name:36}{layer.kind:24}{shape}')
            return
        # Rather now than after minutes of work.
        Path(args.out).mkdir(parents=True, exist_ok=True)
        source = SourceVideo(video, args.fps)
        titles = short_titles([config for config, _ in models])
        panels = []
        for title, explain in zip(titles, explainers):
            first = None
            if args.label is not None:
                first = find_class(explain.classify.classes, args.label)
            explanation = explain(video, args.topk, first, progress=True)
            panels.append(Panel(title, explanation))
            shown = explanation.classes[0]
            score = score_text(shown.score, explanation.probable, 2)
            unknown = f'{UNKNOWN}, at best ' if explanation.unknown else ''
            print(f'{title}: {unknown}{shown.name} ({score})', flush=True)
        for kind in dict.fromkeys(args.format):
            for path in write(kind, Path(args.out), source, panels):
                print(f'wrote {path}', flush=True)


def write(
    kind: str, out: Path, source: SourceVideo, panels: list[Panel]
) -> list[Path]:
    """Write one kind of file; each is complete or not there."""
    from stnet_mm.utils.atomic import open_atomically
    from stnet_mm.utils.mp4_writer import MP4Writer
    from stnet_mm.visualization import GIFWriter, write_cam_page
    from stnet_mm.visualization.contact_sheet import save_contact_sheet
    from stnet_mm.visualization.overlay_video import write_overlay

    file = source.path
    name = file.name if file.is_dir() else file.stem
    path = out / f'{name}_cam.{kind}'
    if kind == 'html':
        write_cam_page(path, source, panels, progress=True)
        return [path]
    if kind == 'png':
        paths = [path]
        if len(panels) > 1:
            paths = [
                path.with_name(f'{path.stem}_{panel.title}.png')
                for panel in panels
            ]
        for path, panel in zip(paths, panels):
            with open_atomically(path) as file:
                save_contact_sheet(panel.explanation, file)
        return paths
    with open_atomically(path) as file:
        if kind == 'mp4':
            writer = MP4Writer(file, source.fps)
        else:
            writer = GIFWriter(file, len(source) / source.fps)
        write_overlay(writer, source, panels, progress=True)
    return [path]


if __name__ == '__main__':
    main()

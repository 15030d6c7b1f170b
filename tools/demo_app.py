"""Try a recognizer on a local page."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import tempfile
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Try a recognizer on a local page: choose a video, see '
        'its predicted classes with maps and contributions over time'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        '--examples', nargs='+', default=[], help='videos to choose from'
    )
    parser.add_argument(
        '--host',
        default='127.0.0.1',
        help='address to listen at; by default this machine alone can reach '
        'the page, with 0.0.0.0 all others can as well',
    )
    parser.add_argument(
        '--port', type=int, default=7860, help='by default 7860'
    )
    parser.add_argument(
        '--max-mb', type=int, default=100, help='largest video to upload'
    )
    parser.add_argument(
        '--method', default='gradcam', help='as in tools/vis_cam.py'
    )
    parser.add_argument(
        '--target-layer',
        default='backbone',
        metavar='LAYER',
        help='as in tools/vis_cam.py',
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument(
        '--device', help='for example cpu or cuda:0; by default a GPU if any'
    )
    # Options may stand between the arguments.
    args = parser.parse_intermixed_args()
    if args.max_mb < 1:
        parser.error('--max-mb must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors(), tempfile.TemporaryDirectory('_stnet_mm') as folder:
        # Gradio reads these when it is imported. Uploads go where everything
        # is removed in the end.
        os.environ['GRADIO_TEMP_DIR'] = str(Path(folder, 'uploads'))
        os.environ['GRADIO_ANALYTICS_ENABLED'] = 'False'
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        launch(args, Path(folder))


def launch(args: argparse.Namespace, folder: Path) -> None:
    """Serve the page until interrupted."""
    if importlib.util.find_spec('gradio') is None:
        raise ImportError('the page needs Gradio: pip install ".[app]"')

    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.errors import StNetInputError
    from stnet_mm.explain import VideoExplainer
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.visualization import short_titles
    from stnet_mm.visualization.demo_app import LOOKS, build_app

    MMLogger.get_current_instance().setLevel('ERROR')
    for example in args.examples:
        if not Path(example).exists():
            raise StNetInputError(f'{example}: there is no such file')
    names = args.labels and read_class_names(args.labels)
    explain = VideoExplainer(
        VideoClassifier(args.config, args.checkpoint, args.device, names),
        args.target_layer,
        args.method,
    )
    (title,) = short_titles([args.config])
    app = build_app(explain, title, args.examples, folder)
    app.launch(
        server_name=args.host,
        server_port=args.port,
        max_file_size=f'{args.max_mb}mb',
        share=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        quiet=True,
        prevent_thread_lock=True,
        **LOOKS,
    )
    print(f'open http://{args.host}:{args.port} (Ctrl-C ends it)', flush=True)
    try:
        app.block_thread()
    finally:
        app.close(verbose=False)


if __name__ == '__main__':
    main()

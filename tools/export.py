"""Export a trained model to one file that takes frames as they are read."""

from __future__ import annotations

import argparse


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Export a trained StNet. Cropping, normalizing, averaging '
        'and softmax are in the file, and so is what it wants of a video; '
        'before it is written its scores are compared with those of the model'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        'out',
        help='file to write, .onnx, .pt or .pt2 as its format is; OUT.json '
        'says what it takes and gives',
    )
    parser.add_argument(
        '--format',
        choices=['onnx', 'torchscript', 'exported-program'],
        default='onnx',
        help='onnx (by default) runs without PyTorch: python -m stnet_runtime',
    )
    parser.add_argument(
        '--segments',
        type=int,
        metavar='T',
        help='segments of a video; by default those of the test pipeline',
    )
    parser.add_argument(
        '--crops',
        choices=['ten', 'three', 'center'],
        help='crops of every frame; by default those of the config',
    )
    parser.add_argument(
        '--crop-size', type=int, metavar='PIXELS', help='side of the crops'
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument(
        '--videos',
        nargs='+',
        default=[],
        metavar='VIDEO',
        help='videos to compare with besides noise',
    )
    parser.add_argument(
        '--int8',
        metavar='LIST',
        help='turn the network into 8-bit integers, with the videos of an '
        'annotation file; says what that costs on them',
    )
    parser.add_argument(
        '--int8-root',
        help='folder that its paths are relative to; by default its own',
    )
    parser.add_argument(
        '--figures',
        metavar='FILE',
        help='what test.py --json wrote, to be kept in the file',
    )
    # Options may stand between the arguments.
    args = parser.parse_intermixed_args()
    for name in ('segments', 'crop_size'):
        value = getattr(args, name)
        if value is not None and value < 1:
            parser.error(f'--{name.replace("_", "-")} must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import sys
    from pathlib import Path

    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.apis.calibrated import listed_videos
    from stnet_mm.apis.published import read_config_of
    from stnet_mm.engine.crop_options import set_crops
    from stnet_mm.engine.mirror_check import mirrored_views
    from stnet_mm.errors import StNetInputError
    from stnet_mm.export import export
    from stnet_mm.export.exported_network import check_exportable
    from stnet_mm.export.formats import check_suffix
    from stnet_mm.export.make_contract import make_contract, read_figures
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.writable import check_writable

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        check_suffix(args.out, args.format)
        check_writable(args.out)
        cfg, checkpoint = read_config_of(args.config, args.checkpoint)
        if args.crops or args.crop_size is not None:
            set_crops(cfg, args.crops, args.crop_size)
        against = mirrored_views(cfg)
        if against:
            print(f'warning: {against} (--crops)', file=sys.stderr)
        classes = args.labels and read_class_names(args.labels)
        classifier = VideoClassifier(cfg, checkpoint, 'cpu', classes)
        model = check_exportable(classifier.model)
        if not classifier.named:
            raise StNetInputError(
                f'{checkpoint} holds no names of classes, which are to '
                'be in the file: give them by --labels'
            )
        figures = args.figures and read_figures(args.figures)
        contract = make_contract(
            *(cfg, model, classifier.classes),
            *(args.segments, figures, classifier.calibration),
        )
        int8: list[tuple[str, int]] = []
        if args.int8:
            int8 = listed_videos(args.int8, args.int8_root, classifier.classes)
        frames = []
        if args.videos:
            from stnet_runtime.reading import read_frames

            frames = [read_frames(video, contract) for video in args.videos]
        done = export(
            model, contract, Path(args.out), args.format, frames, int8
        )
    segments = (
        f'T = {contract.num_segments}, or another'
        if done.contract.any_segments
        else f'T = {contract.num_segments} only'
    )
    print(f'written:  {done.path} ({done.size / 2**20:.1f} MiB)')
    print(f'contract: {done.path}.json; {segments}')
    for name, parity in (('noise', done.random), ('videos', done.real)):
        if parity is not None:
            print(
                f'{name}:'.ljust(10) + f'scores within '
                f'{parity.difference:.1e} of the model ({parity.videos})'
            )
    if done.real is None:
        print('videos:   none were compared; name some by --videos')
    if done.int8:
        check = done.int8
        print(
            f'int8:     {check.right_after} of {check.videos} videos right, '
            f'in float32 {check.right_before}; the same class for '
            f'{check.same_top1}'
        )


if __name__ == '__main__':
    main()

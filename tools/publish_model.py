"""Strip a checkpoint to what inference needs, and name it by its hash."""

import argparse


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Make a checkpoint fit to be published: weights and class '
        'names only, and its config if given, in a file whose name ends in '
        'the start of its SHA-256'
    )
    parser.add_argument('checkpoint', help='checkpoint file or URL')
    parser.add_argument(
        'out',
        help='file to write, ending in .pth or .safetensors: NAME.pth becomes '
        'NAME-HASH.pth',
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument(
        '--config',
        help='config file of the checkpoint: its network and the pipeline it '
        'is tested with are kept in the file as plain data, and predict.py '
        'takes the file alone',
    )
    args = parser.parse_args()
    if not args.out.endswith(('.pth', '.safetensors')):
        parser.error('the file to write must end in .pth or .safetensors')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from pathlib import Path

    from mmaction.registry import MODELS

    from stnet_mm.apis.published import pack_config
    from stnet_mm.engine import check_checkpoint
    from stnet_mm.utils.checkpoint import read_checkpoint
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.config_file import load_config_file
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.publish import publish

    with clear_errors():
        classes = args.labels and read_class_names(args.labels)
        config = None
        if args.config:
            cfg = load_config_file(args.config)
            config = pack_config(cfg)
            model = MODELS.build(cfg.model)
            check_checkpoint(
                model, read_checkpoint(args.checkpoint), args.checkpoint
            )
        published = publish(args.checkpoint, Path(args.out), classes, config)
    names = len(published.classes) or 'no names; give them by --labels'
    print(f'written: {published.path}')
    print(f'size:    {published.size / 2**20:.1f} MiB')
    print(f'classes: {names}')
    print(f'sha256:  {published.sha256}')


if __name__ == '__main__':
    main()

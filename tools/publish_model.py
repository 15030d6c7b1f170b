"""Strip a checkpoint to what inference needs, and name it by its hash."""

import argparse


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Make a checkpoint fit to be published: weights and class '
        'names only, in a file whose name ends in the start of its SHA-256'
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
    args = parser.parse_args()
    if not args.out.endswith(('.pth', '.safetensors')):
        parser.error('the file to write must end in .pth or .safetensors')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import hashlib
    import io
    from pathlib import Path

    import torch

    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.checkpoint import read_checkpoint, to_publish
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.cli import clear_errors
    from stnet_mm.utils.safetensors_file import to_safetensors

    with clear_errors():
        classes = args.labels and read_class_names(args.labels)
        try:
            published = to_publish(read_checkpoint(args.checkpoint), classes)
        except StNetInputError as error:
            raise StNetInputError(f'{args.checkpoint}: {error}') from error
        out = Path(args.out)
        if out.suffix == '.safetensors':
            data = to_safetensors(published)
        else:
            buffer = io.BytesIO()
            torch.save(published, buffer)
            data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        out = out.with_name(f'{out.stem}-{digest[:8]}{out.suffix}')
        write_atomically(out, data)
    names = published['meta'].get('dataset_meta', {}).get('classes', ())
    print(f'written: {out}')
    print(f'size:    {len(data) / 2**20:.1f} MiB')
    print(f'classes: {len(names) or "no names; give them by --labels"}')
    print(f'sha256:  {digest}')


if __name__ == '__main__':
    main()

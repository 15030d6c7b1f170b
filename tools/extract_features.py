"""Compute features of videos, for other programs to work with."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Compute a feature of each video of a list or folder, '
        'and write them as safetensors. An interrupted run goes on when '
        'started again with the same options.'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        'source',
        help='annotation file, lines of a path and perhaps labels; or a '
        'folder of videos',
    )
    parser.add_argument(
        'out',
        help='file for all features, NAME.safetensors, or folder for a file '
        'of each video',
    )
    parser.add_argument(
        '--root',
        metavar='FOLDER',
        help='folder that paths of the list are relative to; by default that '
        'of the list',
    )
    parser.add_argument(
        '--feature',
        choices=['trunk', 'txb', 'txb_max'],
        default='txb_max',
        help='trunk: the pooled feature maps of each segment; txb: what the '
        'temporal Xception block makes of them; txb_max (default): its '
        'maximum over time',
    )
    parser.add_argument(
        '--batch-size',
        type=int,
        default=8,
        help='how many videos at a time; 8 by default',
    )
    parser.add_argument(
        '--device', help='for example cpu or cuda:0; by default a GPU if any'
    )
    # Options may stand between the arguments.
    return parser.parse_intermixed_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from mmengine.logging import MMLogger

    from stnet_mm.apis import extract_features
    from stnet_mm.apis.feature_files import FeatureFiles
    from stnet_mm.apis.published import read_config_of
    from stnet_mm.datasets.checking.entries import list_whole_videos
    from stnet_mm.datasets.transforms.sources import join_root
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.error_lines import clear_errors, one_line
    from stnet_mm.utils.progress import track
    from stnet_mm.utils.result_store import digest, fingerprint

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        source = Path(args.source)
        if not source.exists():
            raise StNetInputError(f'{source}: there is no such list or folder')
        root = args.root or (source if source.is_dir() else source.parent)
        names = {
            join_root(root, entry.path): entry.path
            for entry in list_whole_videos(source, root)
        }
        # By content: files of the same name may be those of another training.
        cfg, checkpoint = read_config_of(args.config, args.checkpoint)
        settings = dict(
            config=digest(cfg.to_dict()),
            checkpoint=fingerprint(checkpoint),
            feature=args.feature,
            root=os.path.abspath(root),
        )
        files = FeatureFiles(args.out, names, settings)
        missing = files.missing()
        features = extract_features(
            *(cfg, checkpoint, missing),
            *(args.feature, args.batch_size, args.device),
        )
        failed = 0
        for video, feature in track(
            features, 'extracting features', total=len(missing)
        ):
            if isinstance(feature, StNetInputError):
                failed += 1
                print(f'error: {one_line(feature)}', file=sys.stderr)
            else:
                files.add(video, feature)
        before = len(names) - len(missing)
        if before + len(missing) == failed:
            raise StNetInputError(
                f'no video could be read, so {args.out} is not written'
                + ('' if args.root else '; is --root missing?')
            )
        files.finish()
        print(
            f'features: {len(missing) - failed} of {len(names)} extracted, '
            f'{before} there before; wrote {args.out}'
        )
        sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()

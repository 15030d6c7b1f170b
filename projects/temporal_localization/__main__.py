"""Join labeled clips, and let a network's timelines find them (README.md)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Join labeled clips to long videos, find them again with '
        'timelines, and compare that with the truth and with windows that '
        'share nothing. Adds a line to the results.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', help='its checkpoint')
    parser.add_argument('clips', help='list of the clips, with labels')
    parser.add_argument(
        '--root', default='.', help="folder of the list's paths"
    )
    parser.add_argument('--data', required=True, help='name of the data')
    parser.add_argument(
        '--seed', type=int, default=0, help='that the network was trained with'
    )
    parser.add_argument(
        '--crops',
        choices=['center', 'three', 'ten'],
        help='of each frame, instead of those of the config',
    )
    parser.add_argument('--window', type=float, default=2.0, help='seconds')
    parser.add_argument('--stride', type=float, default=0.5, help='seconds')
    parser.add_argument('--fps', type=int, default=24, help='of joined videos')
    parser.add_argument(
        '--ignore-times',
        action='store_true',
        help='for clips whose time stamps are wrong: every frame of theirs is '
        'one of the joined video',
    )
    parser.add_argument('--clips-per-video', type=int, default=30)
    parser.add_argument('--max-clips', type=int, default=120)
    parser.add_argument(
        '--memory',
        action='store_true',
        help='also measure the memory for 1 and for 20 minutes of video',
    )
    parser.add_argument(
        '--work-dir', default='work_dirs/temporal_localization'
    )
    parser.add_argument(
        '--results', default=str(HERE / 'results' / 'runs.jsonl')
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import torch
    from mmengine.logging import MMLogger

    from projects.temporal_localization.evaluation import Setting, evaluate
    from projects.temporal_localization.joining import Clip, order_clips
    from projects.temporal_localization.memory import (
        peak_memory,
        repeat_video,
    )
    from stnet_mm.apis import VideoClassifier
    from stnet_mm.datasets.video_list import VideoList
    from stnet_mm.engine.crop_options import set_crops
    from stnet_mm.utils.config_file import load_config_file
    from stnet_mm.utils.error_lines import clear_errors

    MMLogger.get_current_instance().setLevel('ERROR')
    folder = Path(args.work_dir, f'{args.data}_{args.seed}').resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with clear_errors():
        cfg = load_config_file(args.config)
        if args.crops:
            set_crops(cfg, args.crops)
        # For the processes that measure the memory, too.
        config = folder / 'config.py'
        cfg.dump(str(config))
        classify = VideoClassifier(str(config), args.checkpoint, 'cpu')
        classes = classify.classes
        clips = [
            Clip(str(Path(args.root, row['filename'])), classes[row['label']])
            for row in VideoList(args.clips, classes).read()
        ]
        # In this order the classes are about as frequent in the first ones.
        clips = order_clips(clips, args.seed)[: args.max_clips]
        setting = Setting(
            *(args.window, args.stride, args.fps),
            *(args.clips_per_video, args.seed, not args.ignore_times),
        )
        record = dict(
            data=args.data,
            seed=args.seed,
            **evaluate(classify, clips, setting, folder),
            threads=torch.get_num_threads(),
        )
        if args.memory:
            record['peak_mib'] = {}
            for minutes in (1, 20):
                path = folder / f'{minutes}_minutes.mp4'
                repeat_video(folder / 'joined_0.mp4', path, 60 * minutes)
                record['peak_mib'][str(minutes)] = peak_memory(
                    *(str(config), str(Path(args.checkpoint).resolve())),
                    path,
                    *(args.window, args.stride),
                )
        with open(args.results, 'a', encoding='utf-8') as file:
            file.write(json.dumps(record) + '\n')
    print(json.dumps(record, indent=1))


if __name__ == '__main__':
    main()

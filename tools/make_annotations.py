"""Make checked lists of clips to train, validate and test on."""

import argparse
import sys

FORMATS = (
    *('auto', 'folder', 'list', 'kinetics', 'ucf101', 'hmdb51'),
    *('something-something', 'jester'),
)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Make the lists train.txt, val.txt, test.txt and '
        "classes.txt from a folder of clips or a data set's official lists. "
        'Every clip is opened. Clips of one group, or of equal content, go '
        'to one split. An interrupted run continues when started again.'
    )
    parser.add_argument(
        'source',
        help='folder with a folder of clips for each class, list of paths '
        "and labels (text, csv, tsv), or folder of a data set's official "
        'lists',
    )
    parser.add_argument(
        '--out', required=True, help='folder to write the lists to'
    )
    parser.add_argument(
        '--format',
        choices=FORMATS,
        default='auto',
        help='what the source is; by default found out',
    )
    parser.add_argument(
        '--videos',
        metavar='FOLDER',
        help='folder of the clips that the source lists; by default its own',
    )
    parser.add_argument(
        '--labels',
        metavar='FILE',
        help='text file with one class name per line, for a source that is a '
        'list',
    )
    parser.add_argument(
        '--split',
        type=int,
        choices=(1, 2, 3),
        help='which official split of UCF101 or HMDB51; by default 1',
    )
    parser.add_argument(
        '--fractions',
        type=float,
        nargs=3,
        metavar=('TRAIN', 'VAL', 'TEST'),
        help='how to split the clips of each class, if the source does not '
        'say; by default 0.8 0.1 0.1',
    )
    parser.add_argument(
        '--group-by',
        metavar='PATTERN',
        help='regular expression; what its first group (or all of it) '
        'matches in a path names the subject, camera or source video, whose '
        'clips stay together',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='seed of the split; by default 0'
    )
    parser.add_argument(
        '--min-frames',
        type=int,
        default=1,
        help='leave out clips of fewer frames; by default 1',
    )
    parser.add_argument(
        '--no-check',
        action='store_true',
        help='do not open the clips, nor compare their contents',
    )
    parser.add_argument(
        '--workers',
        type=int,
        help='number of processes; by default as many as there are cores',
    )
    parser.add_argument(
        '--overwrite',
        action='store_true',
        help='replace other lists in the folder',
    )
    args = parser.parse_args()
    if args.no_check and args.min_frames != 1:
        parser.error('--min-frames needs the check: leave out --no-check')
    for name in ('min_frames', 'workers'):
        value = getattr(args, name)
        if value is not None and value < 1:
            parser.error(f'--{name.replace("_", "-")} must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from functools import partial
    from pathlib import Path

    from mmengine.logging import MMLogger

    from stnet_mm.datasets import annotations
    from stnet_mm.errors import StNetInputError
    from stnet_mm.fit.plan import BATCH_SIZE, choose_max_iters
    from stnet_mm.utils.error_lines import clear_errors

    # Names of files may have letters that the terminal has not.
    sys.stdout.reconfigure(errors='backslashreplace')
    # Which decoder opens a clip is not what is asked for here.
    MMLogger.get_current_instance().setLevel('ERROR')
    out = Path(args.out)
    with clear_errors():
        name = args.format
        if name == 'auto':
            name = annotations.find_format(args.source)
        if name == 'folder':
            annotations.check_outside(out, args.source)
        found = annotations.read_clips(
            args.source,
            name,
            videos=args.videos,
            labels=args.labels,
            split=args.split,
        )
        if args.fractions and any(clip.split for clip in found.clips):
            raise StNetInputError(
                f'{args.source} has splits of its own: leave out --fractions'
            )
        print(
            f'{name}: {len(found.clips)} clips, {len(found.classes)} classes',
            flush=True,
        )
        split = partial(
            annotations.split_clips,
            fractions=args.fractions or (0.8, 0.1, 0.1),
            seed=args.seed,
            group_by=args.group_by,
        )
        clips, notes = found.clips, found.notes
        # What is wrong with the classes or groups is said before the check.
        splits = split(clips)
        if not args.no_check:
            check = annotations.check_clips(
                clips,
                found.root,
                args.min_frames,
                out / 'clip_check.jsonl',
                args.workers,
            )
            splits = split(check.keep(clips), contents=check.contents)
            notes += check.notes()
        annotations.write_lists(out, splits, found.classes, args.overwrite)
        annotations.write_notes(out / 'clip_notes.txt', notes)
    print(annotations.summarize(splits, found.classes))
    for note in notes:
        print(note)
    if notes:
        print(f'All of these are in {out / "clip_notes.txt"}.')
    print('In the config:')
    print(annotations.config_lines(found.root, out, splits, found.classes))
    clips = len(splits.get('train', ()))
    print(f'max_iters = {choose_max_iters(clips, BATCH_SIZE)}')


if __name__ == '__main__':
    main()

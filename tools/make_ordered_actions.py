"""Make the data set of ordered actions (see docs/ordered_actions.md)."""

from __future__ import annotations

import argparse


class Parser(argparse.ArgumentParser):
    """A parser whose help names the levels and pairs that there are."""

    def format_help(self) -> str:
        """Make the text of the help.

        Returns:
            str: The text.
        """
        # Only now: this import takes seconds.
        from stnet_mm.datasets.ordered_actions import LEVELS, PAIRS

        for action in self._actions:
            if action.dest == 'level':
                action.help = '; '.join(f'{k}: {v}' for k, v in LEVELS.items())
            elif action.dest == 'pairs':
                names = ', '.join(pair.name for pair in PAIRS)
                action.help = f'pairs of classes to include, of {names}'
        return super().format_help()


def parse_args(args: list[str] | None = None) -> argparse.Namespace:
    parser = Parser(
        description='Make a synthetic video data set whose classes come in '
        'pairs with the same frames in another order. An interrupted run '
        'continues when started again with the same options.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument('out', help='folder to make')
    parser.add_argument(
        '--level',
        type=int,
        default=1,
    )
    parser.add_argument(
        '--pairs',
        nargs='+',
        metavar='PAIR',
        default=['sweep', 'size', 'hop_shake', 'pulse_spin'],
    )
    for split, number in (('train', 2400), ('val', 240), ('test', 480)):
        parser.add_argument(
            f'--{split}',
            type=int,
            metavar='N',
            default=number,
            help=f'videos in the {split} split, rounded up until each class '
            'has as many',
        )
    parser.add_argument(
        '--num-frames',
        type=int,
        metavar='L',
        default=48,
        help='frames of a video; even',
    )
    parser.add_argument(
        '--size',
        type=int,
        nargs=2,
        metavar=('HEIGHT', 'WIDTH'),
        default=[80, 80],
        help='pixels of a frame; even',
    )
    parser.add_argument(
        '--fps', type=float, default=24.0, help='frames per second'
    )
    parser.add_argument('--seed', type=int, default=0, help='random seed')
    parser.add_argument(
        '--workers',
        type=int,
        help='number of processes; by default as many as there are cores',
    )
    return parser.parse_args(args)


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.datasets.ordered_actions import Settings, make_dataset
    from stnet_mm.utils.error_lines import clear_errors

    options = vars(args)
    out, workers = options.pop('out'), options.pop('workers')
    for name in ('pairs', 'size'):
        options[name] = tuple(options[name])
    with clear_errors():
        counts = make_dataset(out, Settings(**options), workers)
    for split, number in counts.items():
        print(f'{split}: {number} videos')


if __name__ == '__main__':
    main()

"""The tables of docs/real_videos.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from statistics import mean

from projects.ordered_actions_study.page.tables import lay_out

from .combinations import FEW
from .comparison import compare, compare_tests
from .controls import CONTROLS
from .data import FOLDS
from .protocols import PROTOCOLS
from .summary import (
    Row,
    confusion,
    mean_and_spread,
    pool,
    right_in,
    runs_of,
)
from .variants import BASE, FINE_TUNING, GROUPS

NAMES = {
    'stnet': 'StNet',
    'txb': 'StNet without temporal blocks',
    'tmb': 'StNet without TXB, mean over segments',
    'mean': 'super-images, mean over segments',
    'tsm': 'TSM',
    'lrcn-gru': 'LRCN-GRU',
    'tsn': 'TSN',
}
CLASSES = (
    *('carret', 'circlecc', 'del', 'down', 'left'),
    *('right', 'square', 'star', 'tick', 'up'),
)


def _named(model: str, variant: str) -> str:
    """A network's name, and what is not the recipe's."""
    return NAMES[model] + ('' if variant == 'recipe' else f', {variant}')


def models_table(records: list[dict]) -> str:
    """Accuracy of each network, and with frames in another order."""
    head = ['network', 'EgoGestAR', 'seeds', *CONTROLS, 'yoga6', 'seeds']
    rows = []
    for variant, model in product(('recipe', BASE), NAMES):
        ego, yoga = (Row(model, d, variant) for d in ('egogestar', 'yoga6'))
        gestures, poses = pool(records, ego), pool(records, yoga)
        if not gestures.values and not poses.values:
            continue
        rows.append(
            [
                _named(model, variant),
                *(str(gestures), str(len(gestures.values))),
                *(str(pool(records, ego, control)) for control in CONTROLS),
                *(str(poses), str(len(poses.values))),
            ]
        )
    for name, figure in (
        ('SVM, hand-made features of motion', '81'),
        ('SVM, HOG of the middle frame', '31'),
    ):
        rows.append([name, figure, *[''] * (len(head) - 2)])
    return lay_out(head, rows)


def beside_stnet_table(records: list[dict]) -> str:
    """Each network on the folds and seeds that StNet has run, too."""
    rows = []
    for model in NAMES:
        found = [
            compare(records, Row(model, data), Row('stnet', data))
            for data in ('egogestar', 'yoga6')
        ]
        if model != 'stnet' and any(found):
            cells = ('' if f is None else str(f) for f in found)
            rows.append([NAMES[model], *cells])
    return lay_out(['network', 'EgoGestAR', 'yoga6'], rows)


def fine_tuning_table(records: list[dict]) -> str:
    """SGD of the UCF101 recipes, with the rate scaled or not."""
    rows = []
    for variant, rate in FINE_TUNING.items():
        row = Row('stnet', 'egogestar', variant)
        found = compare(records, row, row._replace(variant='ordered-start'))
        if found is None:
            continue
        runs = [record for _, record in runs_of(records, row)]
        losses = (
            f'{mean(record[when] for record in runs):.2f}'
            for when in ('first_loss', 'last_loss')
        )
        rows.append([str(rate), str(found), *losses])
    head = ['rate', 'accuracy', 'loss of the first steps', 'of the last']
    return lay_out(head, rows)


def folds_table(records: list[dict]) -> str:
    """Accuracy of StNet and TSN on each fold, over the seeds."""
    folds = FOLDS['egogestar']
    rows = []
    for variant, model in product(('recipe', BASE), ('stnet', 'tsn')):
        right = defaultdict(list)
        for run, record in runs_of(records, Row(model, 'egogestar', variant)):
            right[run.fold] += right_in(record)
        if right:
            shares = (
                [mean(right[fold])] if right[fold] else [] for fold in folds
            )
            rows.append(
                [_named(model, variant), *map(mean_and_spread, shares)]
            )
    return lay_out(['network', *(f'fold {fold}' for fold in folds)], rows)


def reversal_table(records: list[dict]) -> str:
    """What StNet takes each gesture for, forward and backward."""
    row = Row('stnet', 'egogestar')
    tables = [
        confusion(records, row, control, len(CLASSES))
        for control in (None, 'reversed')
    ]
    rows = []
    for label, name in enumerate(CLASSES):
        cells = [name]
        for table in tables:
            clips = sum(table[label])
            counts = Counter(dict(enumerate(table[label])))
            cells.append(
                ', '.join(
                    f'{CLASSES[guess]} {100 * count / clips:.0f} %'
                    for guess, count in counts.most_common(2)
                    if count
                )
            )
        rows.append(cells)
    return lay_out(['gesture', 'forward', 'backward'], rows)


def variants_table(
    records: list[dict], group: str, model: str = 'stnet'
) -> str:
    """Variants beside what they change, one thing in each."""
    datasets = tuple(FOLDS)
    rows = []
    for variant in GROUPS[group]:
        cells = []
        for data in datasets:
            found = compare(
                records,
                Row(model, data, variant),
                Row(model, data, BASE),
            )
            cells.append('' if found is None else str(found))
        if any(cells):
            rows.append([variant, *cells])
    return lay_out([group, *datasets], rows) if rows else ''


def start_table(records: list[dict]) -> str:
    """StNet from ImageNet, and from ordered actions after it."""
    rows = []
    for data, examples in product(('egogestar', 'yoga6'), (5, 10, None)):
        base, row = (
            Row('stnet', data, variant, examples)
            for variant in ('recipe', 'ordered-start')
        )
        found = compare(records, row, base)
        if found is None:
            continue
        cells = [data, 'all' if examples is None else str(examples)]
        cells += [
            f'{100 * share:.1f}' for share in (found.base, found.accuracy)
        ]
        cells += [mean_and_spread(found.by_run), str(len(found.by_run))]
        rows.append(cells)
    head = ['data', 'clips of a class', 'ImageNet', 'then ordered actions']
    return lay_out([*head, 'difference by run', 'runs'], rows)


def protocols_table(records: list[dict]) -> str:
    """The same networks, tested in other ways."""
    head = ['test']
    cases = [(m, d) for d in ('egogestar', 'yoga6') for m in ('stnet', 'tsn')]
    head += [f'{NAMES[model]}, {data}' for model, data in cases]
    rows = []
    for test in PROTOCOLS:
        found = [compare_tests(records, *case, test) for case in cases]
        if any(found):
            rows.append([test, *('' if f is None else str(f) for f in found)])
    return lay_out(head, rows)


def combinations_table(records: list[dict]) -> str:
    """Loss at the start and at the end, by classes, clips and batch."""
    head = ['classes', 'clips of each', 'batch']
    head += [f'loss of the first {FEW} steps', 'of the last']
    return lay_out(
        head,
        [
            [
                *map(str, record['combination']),
                *(f'{record[when]:.3f}' for when in ('first', 'last')),
            ]
            for record in records
        ],
    )


def cams_table(shares: dict) -> str:
    """Where the maps of StNet and TSN lie."""
    rows = []
    for model, found in shares.items():
        shown = found['on_motion'], found['of_one_segment']
        rows.append([NAMES[model], *map(mean_and_spread, shown)])
    head = ['network', 'where the picture moves most', 'in one segment']
    return lay_out(head, rows)

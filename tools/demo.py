"""See StNet work: make data, train, test, classify and explain, on a CPU.

Beside StNet, the same trunk is trained with an average over the segments in
place of the temporal parts. An interrupted demo continues where it stopped.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS, CONFIGS = ROOT / 'tools', ROOT / 'configs' / 'demo'
DATA = Path('data', 'ordered_actions')  # where the configs look for it
MODELS = {
    'StNet': CONFIGS / 'stnet_r18-slim_ordered-actions.py',
    'average over segments': CONFIGS / 'average_r18-slim_ordered-actions.py',
}
# The maps of this layer are 9x9 for frames of 72x72.
CAM_LAYER = 'backbone.layer2'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seed', type=int, default=0, help='training seed')
    parser.add_argument(
        '--work-dir', default='work_dirs/demo', help='folder for the results'
    )
    parser.add_argument(
        '--quick',
        action='store_true',
        help='a few videos and one epoch, to check that everything runs',
    )
    return parser.parse_args()


def run(title: str, log: Path, *command: object) -> None:
    """Run a tool, showing its progress; all of its output goes to a log."""
    print(f'\n== {title}\n$ {" ".join(map(str, command))}', flush=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, 'a', encoding='utf-8') as file:
        process = subprocess.Popen(
            [sys.executable, *map(str, command)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout:
            file.write(line)
            # MMEngine also prints the machine and the whole config.
            if 'mmengine' not in line:
                continue
            _, _, message = line.partition('INFO - ')
            if message.startswith('Epoch('):
                print('  ' + ' '.join(message.split()), flush=True)
    if process.wait():
        sys.exit(f'error: this step failed; its output is in {log}')


def train_and_test(
    name: str, config: Path, folder: Path, options: tuple
) -> tuple[dict, Path]:
    """Train and test one model; its metrics and last checkpoint."""
    log, metrics = folder / 'output.log', folder / 'metrics.json'
    start = time.time()
    train = [TOOLS / 'train.py', config, '--work-dir', folder]
    run(f'Training: {name}', log, *train, '--resume', *options)
    seconds = time.time() - start
    checkpoint = Path((folder / 'last_checkpoint').read_text().strip())
    test = [TOOLS / 'test.py', config, checkpoint, '--work-dir', folder]
    run(f'Testing with ten crops: {name}', log, *test, '--json', metrics)
    values = json.loads(metrics.read_text())
    figures = dict(
        accuracy=values['acc/top1'],
        inside_local_pairs=values['pair/local_pairs'],
        inside_global_pairs=values['pair/global_pairs'],
        training_seconds=round(seconds, 1),
        checkpoint=str(checkpoint),
    )
    return figures, checkpoint


def report(summary: dict) -> None:
    print('\n== Done')
    print(
        f'Made {summary["videos"]["train"]} training and '
        f'{summary["videos"]["test"]} test videos, trained two networks '
        'with the same trunk and\ntested them with ten crops. Pairs of '
        'classes hold the same frames in another order:\nof successive '
        'frames (local) or of whole events (global); 50 % is chance.\n'
    )
    print(f'{"":24}{"all classes":>12}{"local pairs":>13}{"global pairs":>14}')
    for name, figures in summary['models'].items():
        print(
            f'{name:24}{figures["accuracy"]:12.1%}'
            f'{figures["inside_local_pairs"]:13.1%}'
            f'{figures["inside_global_pairs"]:14.1%}'
        )
    best = summary['prediction']['predictions'][0]
    print(f'\n{summary["prediction"]["video"]}')
    print(f'  is classified as {best["name"]} ({best["score"]:.1%})')
    for what, path in summary['files'].items():
        print(f'{what + ":":12}{path}')
    print(f'Took {summary["seconds"] / 60:.1f} minutes.')


def main() -> None:
    args = parse_args()
    start = time.time()
    out = Path(args.work_dir)
    folder = out / f'seed_{args.seed}'
    data_options, options = (), ('--seed', args.seed)
    if args.quick:
        data_options = ('--train', 64, '--val', 8, '--test', 16)
        options += ('--cfg-options', 'train_cfg.max_epochs=1')

    run(
        'Making the data set of ordered actions',
        folder / 'data.log',
        TOOLS / 'make_ordered_actions.py',
        DATA,
        *data_options,
    )
    models, checkpoints = {}, {}
    for name, config in MODELS.items():
        models[name], checkpoints[name] = train_and_test(
            name, config, folder / config.stem, options
        )

    config, checkpoint = MODELS['StNet'], checkpoints['StNet']
    tests = (DATA / 'test.txt').read_text().split()
    video = DATA / next(test for test in tests if 'hop_then_shake' in test)
    prediction = folder / 'prediction.json'
    run(
        'Classifying a video',
        folder / 'predict.log',
        *(TOOLS / 'predict.py', config, checkpoint, video),
        *('--json', prediction, '--device', 'cpu'),
    )
    average = MODELS['average over segments']
    run(
        'Drawing what the two networks look at',
        folder / 'vis_cam.log',
        *(TOOLS / 'vis_cam.py', config, checkpoint, video),
        *('--compare', average, checkpoints['average over segments']),
        *('--target-layer', CAM_LAYER, '--method', 'layercam'),
        *('--format', 'html', 'png'),
        *('--out', folder, '--device', 'cpu'),
    )

    splits = ('train', 'val', 'test')
    summary = dict(
        seed=args.seed,
        videos={
            split: len((DATA / f'{split}.txt').read_text().splitlines())
            for split in splits
        },
        models=models,
        prediction=json.loads(prediction.read_text())[0],
        files=dict(
            data=str(DATA),
            checkpoint=str(checkpoint),
            page=str(folder / f'{video.stem}_cam.html'),
            summary=str(out / 'summary.json'),
        ),
        seconds=round(time.time() - start, 1),
    )
    text = json.dumps(summary, indent=2) + '\n'
    (folder / 'summary.json').write_text(text)
    shutil.copy(folder / 'summary.json', out / 'summary.json')
    report(summary)


if __name__ == '__main__':
    main()

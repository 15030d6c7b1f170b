"""The part of complexity.md about the paper's baselines."""

from __future__ import annotations

from pathlib import Path

import yaml
from mmengine.config import Config

from stnet_mm.analysis import count_complexity

from .counting import Builder, giga, input_setting, pixels_of

FOLDER = Path(__file__).resolve().parents[2] / 'configs' / 'baselines'

BASELINES_TEXT = """
## The paper's baselines, and StNet without its parts

At full size, from [configs/baselines](../configs/baselines/README.md). The
accuracies are the paper's, not ours; it states no multiply-adds or parameters
for these. P3D-ResNet152 has as many parameters as in its authors' prototxt.
"""


def baselines_table(build: Builder) -> list[str]:
    """Rows of the baselines on Kinetics-400.

    Args:
        build (Builder): What builds the recognizers.

    Returns:
        list[str]: The rows.
    """
    rows = [
        '| network | one view in training | GMACs | parameters '
        '| one view of its test | GMACs | views '
        '| top-1 (%), published, not ours |',
        '| --- | --- | --: | --: | --- | --: | --: | --: |',
    ]
    index = yaml.safe_load((FOLDER / 'metafile.yml').read_text())
    for entry in index['Models']:
        if entry['Metadata']['Training Data'] != 'Kinetics-400':
            continue
        path = FOLDER / f'{entry["Name"]}.py'
        cfg = Config.fromfile(path)
        model = build(cfg)
        train, test = (
            count_complexity(model, input_setting(cfg, split))
            for split in ('train', 'test')
        )
        metrics = [r['Metrics'] for r in entry.get('Results', [])]
        accuracy = [str(v) for m in metrics for v in m.values()]
        rows.append(
            f'| [{entry["Metadata"]["Architecture"]}]'
            f'(../configs/baselines/{path.name}) '
            f'| {pixels_of(train)} | {giga(train)} | {train.parameters:,} '
            f'| {pixels_of(test)} | {giga(test)} | {test.views} '
            f'| {", ".join(accuracy)} |'
        )
    return rows

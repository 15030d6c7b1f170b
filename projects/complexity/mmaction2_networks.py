"""The part of complexity.md about MMAction2's own recognizers."""

from __future__ import annotations

from stnet_mm.analysis import count_complexity

from .counting import Builder, giga, input_setting, percent, pixels_of
from .mmaction2_configs import BASELINES, read_baseline

NETWORKS_TEXT = """
## Beside other networks

MMAction2's recognizers, counted with the same code from the configs in its
wheel (`configs/recognition/`). One view is that of the config's validation;
the last columns compare one view of its test with the figure in MMAction2's
model index (published, not ours).
"""


def networks_table(build: Builder) -> list[str]:
    """Rows of MMAction2's recognizers."""
    rows = [
        '| network and config | one view | GMACs | parameters '
        '| one view of its test | GMACs | published, not ours | difference |',
        '| --- | --- | --: | --: | --- | --: | --: | --: |',
    ]
    far = []
    for name, folder, config in BASELINES:
        cfg, published = read_baseline(folder, config)
        model = build(cfg)
        view, test = (
            count_complexity(model, input_setting(cfg, split))
            for split in ('val', 'test')
        )
        gap = test.macs / (published * 1e9) - 1
        rows.append(
            f'| {name}: `{folder}/{config}` | {pixels_of(view)} '
            f'| {giga(view)} | {view.parameters:,} | {pixels_of(test)} '
            f'| {giga(test)} | {published:g} | {percent(gap)} |'
        )
        if abs(gap) > 0.02:
            far.append(f'{name} {percent(gap)}')
    verdict = (
        f'More than 2 % from the published figure: {", ".join(far)}. The '
        'index does not say how it counted.'
        if far
        else 'None is more than 2 % from the published figure.'
    )
    return [*rows, '', verdict]

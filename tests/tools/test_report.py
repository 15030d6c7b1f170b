import json

import pytest

from .conftest import fail_tool, run_tool


def test_report(workshop, checkpoint):
    run_tool(
        'test',
        *('config.py', checkpoint, '--json', 'report_metrics.json'),
        *('--report', 'report', '--report-mistakes', 2),
        cwd=workshop,
    )
    found = json.loads((workshop / 'report' / 'report.json').read_text())
    metrics = json.loads((workshop / 'report_metrics.json').read_text())
    assert found['videos'] == 6
    for name, value in (
        ('acc/top1', found['top_k_accuracy']['1']),
        ('acc/top3', found['top_k_accuracy']['3']),
        ('acc/mean1', found['mean_class_accuracy']),
    ):
        assert value == pytest.approx(metrics[name])
    lines = (workshop / 'data' / 'val.txt').read_text().splitlines()
    assert [
        f'{p["file"].removeprefix("data/")} {p["label"]}'
        for p in found['predictions']
    ] == lines
    wrong = sum(p['label'] != p['predicted'] for p in found['predictions'])
    pages = [*(workshop / 'report' / 'cam').glob('*.html')]
    assert len(pages) == min(wrong, 2)
    text = (workshop / 'report' / 'index.html').read_text()
    assert all(f'cam/{page.name}' in text for page in pages)


def test_a_folder_that_cannot_be_made(workshop, checkpoint):
    (workshop / 'taken').write_text('')
    error = fail_tool(
        'test', 'config.py', checkpoint, '--report', 'taken', cwd=workshop
    )
    assert 'taken' in error

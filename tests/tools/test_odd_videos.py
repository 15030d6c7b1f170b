"""Training and testing on videos as people have them."""

import json
import pickle

import pytest

from .conftest import custom_config, run_tool


def test_train_and_test(workshop, odd_videos):
    """Upright, wide and small ones of every codec in one batch."""
    names = sorted(name for name, good in odd_videos.items() if good)
    lines = [f'{name} {i % 3}\n' for i, name in enumerate(names)]
    (workshop / 'odd.txt').write_text(''.join(lines))
    config = custom_config(
        workshop / 'odd.py',
        num_classes=3,
        data_root='.',
        train_list='odd.txt',
        val_list='odd.txt',
        test_list='odd.txt',
        class_names='data/classes.txt',
        crop_size=32,
        num_segments=2,
        num_frames=3,
        batch_size=len(names),
        num_workers=0,
        max_iters=3,
        val_interval=3,
    )
    text = config.read_text()
    assert 'dict(video=data_root)' in text
    config.write_text(text.replace('video=data_root', "video='odd'"))
    out = run_tool('train', config.name, cwd=workshop)
    assert 'Iter(train) [3/3]' in out
    run_tool(
        *('test', config.name, 'work_dirs/odd/iter_3.pth'),
        *('--json', 'odd.json', '--dump', 'odd.pkl'),
        cwd=workshop,
    )
    with open(workshop / 'odd.pkl', 'rb') as file:
        results = pickle.load(file)
    assert len(results) == len(names)
    hits = sum(r['pred_score'].argmax() == r['gt_label'] for r in results)
    metrics = json.loads((workshop / 'odd.json').read_text())
    assert metrics['acc/top1'] == pytest.approx(hits.item() / len(names))

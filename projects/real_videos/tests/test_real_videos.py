from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from projects.real_videos import ordered_start
from projects.real_videos.cams import (
    CELL,
    moving_pixels,
    share_of_one_segment,
    share_on_motion,
)
from projects.real_videos.combinations import make_clip
from projects.real_videos.comparison import compare, compare_tests
from projects.real_videos.controls import CONTROLS, ReorderFrames
from projects.real_videos.data import choose_examples
from projects.real_videos.model_card import make_card
from projects.real_videos.page import read_results
from projects.real_videos.protocols import PROTOCOLS, predict_by
from projects.real_videos.run import Run
from projects.real_videos.summary import Row, confusion, pool
from projects.real_videos.tables import (
    beside_stnet_table,
    cams_table,
    combinations_table,
    fine_tuning_table,
    folds_table,
    models_table,
    protocols_table,
    reversal_table,
    start_table,
    variants_table,
)
from projects.real_videos.training import configure
from projects.real_videos.tsm import TSMTrunk
from projects.real_videos.variants import BASE, GROUPS, VARIANTS
from projects.real_videos.window import RandomWindow
from stnet_mm.datasets import StNetSampleFrames
from stnet_mm.utils.publish import Published

LABELS, RIGHT, WRONG = [0, 1], [0, 1], [1, 0]


def record(fold, seed, predicted, data='egogestar', **run):
    return dict(
        run=dict(model='stnet', data=data, fold=fold, seed=seed, **run),
        labels=LABELS,
        predicted=predicted,
        controls={'reversed': WRONG},
    )


def test_folds_are_pooled():
    records = [record(fold, 0, RIGHT) for fold in range(1, 5)]
    records += [record(5, 0, WRONG)]
    records += [record(fold, 1, RIGHT) for fold in range(1, 6)]
    # A seed that lacks folds, and another row.
    records += [record(1, 2, WRONG), record(1, 0, WRONG, variant='lr3e-3')]
    pooled = pool(records, Row('stnet', 'egogestar'))
    assert pooled.values == [0.8, 1]
    assert pooled.clips == 10
    assert str(pooled) == '90.0 ± 14.1'
    row = Row('stnet', 'egogestar')
    assert pool(records, row, 'reversed').values == [0, 0]
    assert str(pool(records, Row('tsn', 'egogestar'))) == ''


def test_rows_are_compared_on_what_both_have_run():
    records = [record(fold, 0, WRONG) for fold in range(1, 6)]
    records += [record(1, 1, RIGHT)]
    records += [
        record(2, 0, [0, 0], variant='lr3e-3'),
        record(1, 1, RIGHT, variant='lr3e-3'),
        record(3, 1, RIGHT, variant='lr3e-3'),  # the recipe has not
    ]
    base, row = (
        Row('stnet', 'egogestar', variant) for variant in ('recipe', 'lr3e-3')
    )
    difference = compare(records, row, base)
    assert difference == (0.75, 0.5, [0, 0.5])
    assert str(difference) == '75.0 (+25.0, 2)'
    assert compare(records, Row('tsn', 'egogestar'), base) is None


def test_page():
    records = [
        dict(record(fold, 0, RIGHT), controls=dict.fromkeys(CONTROLS, WRONG))
        for fold in range(1, 6)
    ]
    table = models_table(records)
    assert '| StNet | 100.0 | 1 | 0.0 | 0.0 | 0.0 |  | 0 |' in table
    assert 'TSN' not in table
    assert folds_table(records).count('100.0') == 5
    # The first two classes are taken for one another backward.
    assert '| circlecc | circlecc 100 % | carret 100 % |' in reversal_table(
        records
    )
    # Variants stand beside what they were measured with.
    records += [record(1, 0, RIGHT, variant=BASE)]
    records += [record(1, 0, WRONG, variant='scratch')]
    cell = '| scratch | 0.0 (-100.0, 1) |  |  |'
    assert any(cell in variants_table(records, group) for group in GROUPS)


def test_tests_are_compared_on_the_same_networks():
    records = [record(1, 0, RIGHT), record(2, 0, RIGHT)]
    records += [
        dict(r, protocols={'three crops': [0, 0]})
        for r in (record(3, 0, WRONG), record(1, 1, RIGHT, variant='t12'))
    ]
    found = compare_tests(records, 'stnet', 'egogestar', 'three crops')
    assert found == (0.5, 0.5, [0.5, -0.5])
    cell = '| three crops | 50.0 (+0.0, 2) |  |  |  |'
    assert protocols_table(records).splitlines()[-1] == cell


@pytest.mark.parametrize('protocol', PROTOCOLS.values())
def test_a_protocol_is_used_for_one_test(tmp_path, protocol):
    (tmp_path / 'classes.txt').write_text('left\nright\n')
    run = Run('stnet', 'yoga6')
    cfg = configure(run, tmp_path, tmp_path / 'work')
    usual, seen = dict(cfg.model.test_cfg), {}

    def build_dataloader(loader):
        seen.update({step['type']: step for step in loader.dataset.pipeline})
        return [[torch.tensor([0.2, 0.8])]]

    def test_step(batch):
        seen.update(model.test_cfg)
        return [SimpleNamespace(pred_score=scores) for scores in batch]

    model = SimpleNamespace(
        eval=lambda: None, test_step=test_step, test_cfg=usual
    )
    runner = SimpleNamespace(build_dataloader=build_dataloader, model=model)
    assert predict_by(runner, cfg, protocol) == [1]
    used = (
        seen['StNetSampleFrames']['num_clips'],
        seen['StNetVideoDecode']['short_side'],
        *(seen['crops'], seen['crop_size']),
    )
    recipe = (7, 128, 'center', 112)
    assert used == tuple(
        value if changed is None else changed
        for value, changed in zip(recipe, protocol)
    )
    assert model.test_cfg == usual == cfg.model.test_cfg
    same = configure(run, tmp_path, tmp_path / 'work')
    assert cfg.test_dataloader == same.test_dataloader


def test_windows():
    window = RandomWindow(0.5)
    drawn = [window(dict(total_frames=5)) for _ in range(200)]
    places = {(d['start_frame'], d['end_frame']) for d in drawn}
    lengths = {end - start + 1 for start, end in places}
    assert lengths == {3, 4, 5}
    assert {start for start, _ in places} == {0, 1, 2}
    assert max(end for _, end in places) == 4
    sample = StNetSampleFrames(clip_len=1, num_clips=2, test_mode=True)
    part = sample(
        dict(total_frames=9, start_frame=4, end_frame=7, start_index=0)
    )
    assert part['frame_inds'].min() >= 4
    assert part['frame_inds'].max() <= 7


def test_starts_are_compared_with_as_many_clips():
    records = [record(fold, 0, WRONG, examples=5) for fold in (1, 2)]
    ordered = dict(variant='ordered-start', examples=5)
    records += [record(1, 0, RIGHT, **ordered), record(2, 0, WRONG, **ordered)]
    records += [record(2, 0, WRONG)]
    assert start_table(records).splitlines()[-1] == (
        '| egogestar | 5 | 0.0 | 50.0 | 50.0 ± 70.7 | 2 |'
    )


def test_networks_are_compared_on_what_stnet_has_run():
    records = [record(fold, 0, RIGHT) for fold in (1, 2)]
    for fold, predicted in ((2, WRONG), (3, RIGHT)):
        run = record(fold, 0, predicted)
        run['run']['model'] = 'tsm'
        records.append(run)
    *_, row = beside_stnet_table(records).splitlines()
    assert row == '| TSM | 0.0 (-100.0, 1) |  |'


def test_fine_tuning_stands_beside_the_recipe_from_the_same_start():
    records = [record(1, 0, RIGHT, variant='ordered-start')]
    tuned = record(1, 0, WRONG, variant='fine-tune')
    records += [dict(tuned, first_loss=2.5, last_loss=0.25)]
    *_, row = fine_tuning_table(records).splitlines()
    assert row == '| 0.000125 | 0.0 (-100.0, 1) | 2.50 | 0.25 |'


def test_confusion():
    records = [record(1, 0, RIGHT, 'yoga6'), record(1, 1, WRONG, 'yoga6')]
    table = confusion(records, Row('stnet', 'yoga6'), None, 3)
    assert table == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ('control', 'expected'),
    [('one frame', [3] * 5), ('reversed', [9, 5, 3, 2, 1])],
)
def test_controls(control, expected):
    inds = np.array([[1, 2, 3, 5, 9]])
    results = ReorderFrames(control)(dict(frame_inds=inds))
    assert results['frame_inds'].tolist() == expected


def test_shuffled_frames_are_the_same_ones():
    inds = np.arange(35)
    once, again = (
        ReorderFrames('shuffled')(dict(frame_inds=inds))['frame_inds']
        for _ in range(2)
    )
    assert once.tolist() == again.tolist() != inds.tolist()
    assert sorted(once) == inds.tolist()


def test_examples_are_nested():
    lines = [f'{i}.mp4 {i % 3}' for i in range(30)]
    few, more = (choose_examples(lines, count, 0) for count in (2, 5))
    assert (len(few), len(more)) == (6, 15)
    assert {*few} < {*more}
    assert choose_examples(lines[::-1], 2, 0) == few
    assert choose_examples(lines, 2, 1) != few
    assert len(choose_examples(lines, 99, 0)) == 30


def test_made_clips_move_in_the_direction_of_their_class():
    frames = make_clip(0, np.random.default_rng(0)).astype(int)
    # Only the square changes, to the right: three columns a frame.
    changed = np.abs(frames[1] - frames[0]).sum(-1).any(0).sum()
    assert 0 < changed <= 6


def test_maps_on_what_moves():
    height, width = 2 * CELL, 5 * CELL
    frames = np.zeros((9, height, width), np.float32)
    # The first column of cells flickers in the first frames, the last in all.
    frames[:4:2, :, :CELL] = 255
    frames[::2, :, -CELL:] = 50
    covered = np.ones((height, width), bool)
    covered[:, -CELL // 2 :] = False
    early, late = (moving_pixels(frames, i, covered) for i in (1, 7))
    assert not (early & ~covered).any()
    assert 0.15 < early.sum() / covered.sum() <= 0.2
    assert early[:, : CELL // 2].all()
    assert not early[:, CELL:].any()
    assert late[:, -CELL : -CELL // 2].all()
    # Half of the maps lies on what moves at their time.
    maps = np.stack([early, early]).astype(np.float32)
    explanation = SimpleNamespace(
        images=[SimpleNamespace(center=1), SimpleNamespace(center=7)],
        covered=covered,
        classes=[SimpleNamespace(maps=maps)],
    )
    assert share_on_motion(explanation, frames) == pytest.approx(0.5)
    assert share_of_one_segment(explanation) == 0.5
    maps[1] /= 3
    assert share_of_one_segment(explanation) == pytest.approx(0.75)
    shares = dict(on_motion=[0.3, 0.5], of_one_segment=[1, 1])
    assert '| TSN | 40.0 ± 14.1 | 100.0 ± 0.0 |' in cams_table({'tsn': shares})


def test_tsm_shifts_between_the_segments_of_a_video():
    cfg = dict(type='timm.tf_efficientnet_lite0')
    trunk = TSMTrunk(trunk=cfg, num_frames=1, temporal_stages=()).eval()
    x = torch.rand(4, 3, 32, 32)
    y = x.clone()
    y[0] += 1
    with torch.no_grad():
        apart = (trunk(x, 2) - trunk(y, 2)).abs().amax((1, 2, 3))
    # The first video's second segment sees the first; the other does not.
    assert (apart > 0).tolist() == [True, True, False, False]
    assert MODELS.get('TSMTrunk') is TSMTrunk


def test_losses_stand_beside_their_combination():
    table = combinations_table(
        [dict(combination=[6, 20, 2], first=1.8764, last=0.3)]
    )
    assert table.splitlines()[-1] == '| 6 | 20 | 2 | 1.876 | 0.300 |'


def test_ordered_actions_of_all_levels_are_in_one_list(tmp_path, monkeypatch):
    monkeypatch.setattr(ordered_start, 'LEVELS', (1, 4))
    clips = ordered_start.make_data(tmp_path, train=12, val=12)
    assert clips == dict(train=24, val=24)
    lines = (tmp_path / 'train.txt').read_text().splitlines()
    classes = (tmp_path / 'classes.txt').read_text().splitlines()
    for place, level in (('level1', lines[:12]), ('level4', lines[12:])):
        assert [line[:6] for line in level] == [place] * 12
        for line in level:
            path, label = line.split()
            assert (tmp_path / path).stat().st_size
            # A video's name is its class, and a number.
            assert classes[int(label)] in path
    cfg = ordered_start.configure(tmp_path, tmp_path / 'work', max_iters=5)
    assert cfg.model.cls_head.num_classes == len(classes) == 12
    assert cfg.train_cfg.max_iters == 5


def test_model_card():
    records = [
        record(1, 0, WRONG, examples=5),
        record(1, 0, RIGHT, examples=5, variant='ordered-start'),
    ]
    published = Published(
        Path('start-1a2b.safetensors'), 28_704_152, 'ff', 'ab'
    )
    made = dict(train=30, val=7, max_iters=11, accuracy=6 / 7)
    card = make_card(published, made, records)
    for said in (
        '--load-from start-1a2b.safetensors',
        '28.7 MB',
        'then 11\nsteps',
        'the 2 classes',
        'On 7 other clips\nit has 85.7 %',
        '| egogestar | 5 | 0.0 | 100.0 | 100.0 | 1 |',
    ):
        assert said in card
    (made,) = read_results('ordered_start.json')
    assert made.keys() == {'train', 'val', 'max_iters', 'accuracy'}


def test_variants_differ_in_what_they_say(tmp_path):
    (tmp_path / 'classes.txt').write_text('left\nright\n')
    names = BASE, 'lr3e-4', 'zero-init', 'window0.7'
    configs = {
        name: configure(
            Run('stnet', 'yoga6', variant=name), tmp_path, tmp_path / 'work'
        )
        for name in names
    }
    assert configs[BASE].optim_wrapper.optimizer.lr == 1e-3
    assert configs['lr3e-4'].optim_wrapper.optimizer.lr == 3e-4
    assert configs['zero-init'].model.backbone.temporal_block.zero_init
    base, rate, zero, window = (
        [
            step['type']
            for step in configs[name].train_dataloader.dataset.pipeline
        ]
        for name in names
    )
    assert base == rate == zero
    assert window == [base[0], 'RandomWindow', *base[1:]]


@pytest.mark.parametrize('name', sorted(VARIANTS.keys() - {BASE}))
def test_every_variant_is_another_config(tmp_path, name):
    (tmp_path / 'classes.txt').write_text('left\nright\n')
    base, variant = (
        configure(Run('stnet', 'yoga6', variant=v), tmp_path, tmp_path / 'x')
        for v in (BASE, name)
    )
    variant.merge_from_dict(
        {key: base[key] for key in ('work_dir', 'experiment_name')}
    )
    assert variant.to_dict() != base.to_dict()

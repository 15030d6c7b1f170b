"""Fine-tuning on a few examples."""

from collections import Counter
from dataclasses import replace

import pytest
import torch

from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.training import train_and_test
from projects.ordered_actions_study.transfer import (
    ORDERED,
    TransferRun,
    choose_examples,
    fine_tune,
    fingerprint_of,
    other_actions,
    transfer_runs,
)
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.checkpoint import read_checkpoint

from .conftest import CONFIGS, SMOKE


def test_other_actions_share_no_class():
    for scale in SCALES.values():
        trained = scale.settings(4)
        other = other_actions(scale)
        assert not set(other.class_names) & set(trained.class_names)
        assert other.size == trained.size
        assert other.train == 20 * len(other.class_names)


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / 'train.txt'
    lines = [f'{label}/{i}.mp4 {label}' for label in '01' for i in range(9)]
    lines += [f'2/{i}.mp4 2' for i in range(3)]
    # Without a newline at its end, as some editors leave it.
    path.write_text('\n'.join(lines))
    return path


def test_examples_of_every_class(listed):
    chosen = choose_examples(listed, 5, seed=0)
    assert Counter(line.split()[1] for line in chosen) == {
        '0': 5,
        '1': 5,
        '2': 3,  # there are no more
    }
    assert len(set(chosen)) == 13
    assert set(chosen) <= set(listed.read_text().split('\n'))
    assert chosen == choose_examples(listed, 5, seed=0)
    assert chosen != choose_examples(listed, 5, seed=1)


def test_fingerprint_of_real_videos(tmp_path, listed):
    for name in ('val.txt', 'classes.txt'):
        with pytest.raises(StNetInputError, match=f'no {name}'):
            fingerprint_of('poses', tmp_path, SMOKE)
        (tmp_path / name).write_text('a 0\n')
    before = fingerprint_of('poses', tmp_path, SMOKE)
    assert before == fingerprint_of('poses', tmp_path, SCALES['large'])
    listed.write_text('b 1\n')
    assert fingerprint_of('poses', tmp_path, SMOKE) != before


def test_fingerprint_of_other_actions(tmp_path):
    large = fingerprint_of(ORDERED, tmp_path, SCALES['large'])
    assert fingerprint_of(ORDERED, tmp_path, SMOKE) != large


def test_a_runs_name_tells_all():
    names = [c.name for data in ('a', 'b') for c in transfer_runs(data)]
    assert len(set(names)) == len(names)


RUN = TransferRun(
    'stnet', ORDERED, 5, True, lr=1e-9, epochs=1, videos=32, level=1
)


@pytest.fixture(scope='module')
def weights(easy_data, tmp_path_factory):
    work_dir = tmp_path_factory.mktemp('trained')
    training = replace(RUN.trained, lr=1e-3)
    train_and_test(training, CONFIGS, easy_data, work_dir, SMOKE)
    return work_dir / 'epoch_1.pth'


@pytest.mark.parametrize('pretrained', [True, False])
def test_starts_from_the_weights(pretrained, weights, other_data, tmp_path):
    """A network that learns next to nothing stays what it was."""
    run = replace(RUN, pretrained=pretrained)
    start = weights if pretrained else None
    record = fine_tune(run, CONFIGS, other_data, tmp_path, start, SMOKE)
    assert record['run'] == run.to_dict()
    assert (record['classes'], record['train_videos']) == (4, 20)
    assert 0 <= record['mean_class_accuracy'] <= 1
    before, after = (
        read_checkpoint(str(path))['state_dict']
        for path in (weights, tmp_path / 'epoch_1.pth')
    )
    assert after['cls_head.fc_cls.weight'].shape[0] == 4
    name = 'backbone.layer4.1.conv2.conv.weight'
    same = torch.allclose(before[name], after[name], atol=1e-6)
    assert same == pretrained

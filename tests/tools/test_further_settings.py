"""Every setting of docs/own_data.md does what the page says."""

import re
import shlex
from argparse import ArgumentParser

import pytest
import torch
from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from stnet_mm.utils.recipe import fill_in

from .processes import ROOT


def settings():
    """The settings of the page: their purpose, options and lines."""
    text = (ROOT / 'docs' / 'own_data.md').read_text()
    found = {}
    for row in re.findall(r'^\| (.*) \|$', text.split('## Further')[1], re.M):
        purpose, cell = row.split(' | ')
        code = re.findall('`([^`]+)`', cell)
        if cell.startswith('at the end: '):
            found[purpose] = [], code
        elif '=' in code[0] if code else False:
            found[purpose] = shlex.split(code[0]), []
    return found


SETTINGS = settings()


@pytest.fixture
def train(workshop, tmp_path, monkeypatch):
    """A function that trains with a setting; the runner and its losses."""

    def train(purpose, labels=None):
        options, lines = SETTINGS[purpose]
        edits = dict(re.findall(r'^(\w+) = (\d+)$', '\n'.join(lines), re.M))
        text = (workshop / 'config.py').read_text()
        text = fill_in(text, {k: int(v) for k, v in edits.items()})
        path = tmp_path / 'config.py'
        path.write_text('\n'.join([text, *lines, '']))
        parser = ArgumentParser()
        parser.add_argument('--cfg-options', nargs='+', action=DictAction)
        parsed = parser.parse_args(['--cfg-options', *options, 'seed=0'])
        monkeypatch.chdir(workshop)
        cfg = Config.fromfile(path)
        cfg.merge_from_dict(parsed.cfg_options)
        if labels is not None:
            for name in ('train', 'val'):
                lists = (workshop / f'data/{name}.txt').read_text()
                path = tmp_path / f'{name}.txt'
                path.write_text(lists.replace('\n', f' {labels}\n'))
                cfg[f'{name}_dataloader'].dataset.ann_file = str(path)
        cfg.work_dir = str(tmp_path / 'work')
        cfg.experiment_name = tmp_path.name
        cfg.randomness = dict(seed=0)
        runner = Runner.from_cfg(cfg)
        runner.train()
        losses, _ = runner.message_hub.get_scalar('train/loss').data
        return runner, losses

    return train


def test_the_page_has_settings():
    assert len(SETTINGS) >= 10


@pytest.mark.parametrize(
    'purpose', [name for name in SETTINGS if name != 'several labels a clip']
)
def test_trains(train, purpose):
    runner, losses = train(purpose)
    assert runner.iter == 3
    assert torch.isfinite(torch.tensor(losses)).all()


def test_weights_of_classes(train):
    runner, _ = train('rare classes, by weight')
    loss = runner.model.cls_head.loss_cls
    assert loss.class_weight.tolist() == [1, 3, 3]


def test_repeated_clips(train):
    runner, _ = train('rare classes, by repeating their clips')
    # Each class has a third of the 12 clips, less than the threshold of half.
    assert len(runner.train_dataloader.dataset) == 24


def test_rates(train):
    runner, _ = train(
        'a lower learning rate for the image network than for the new layers'
    )
    rates = {
        name: group['lr']
        for (name, _), group in zip(
            runner.model.named_parameters(),
            runner.optim_wrapper.param_groups,
        )
    }
    new = [rates[n] for n in rates if 'temporal_blocks' in n or 'head' in n]
    old = [
        rates[name]
        for name in rates
        if name.startswith('backbone') and 'temporal_blocks' not in name
    ]
    assert len({*new}) == len({*old}) == 1
    assert old[0] == pytest.approx(new[0] / 10)


def test_a_gru_over_single_frames(train):
    (purpose,) = (name for name in SETTINGS if name.startswith('a GRU'))
    runner, _ = train(purpose)
    model = runner.model
    assert isinstance(model.cls_head.rnn, torch.nn.GRU)
    assert model.backbone.num_frames == 1
    assert not model.backbone.temporal_blocks


def test_several_labels(train):
    runner, losses = train('several labels a clip', labels=2)
    assert runner.model.cls_head.multi_class
    score = runner.message_hub.get_scalar('val/acc/mean_average_precision')
    assert 0 < score.current() <= 1
    assert losses[0] > 0

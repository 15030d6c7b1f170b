"""Settings beside a config take effect, or are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.config_file import load_config_file
from stnet_mm.utils.recipe import fill_in

ROOT = Path(__file__).parents[2]
OWN_DATA = ROOT / 'configs' / 'own_data' / 'stnet_own-data-rgb.py'
BASE = """
lr = 1e-3
batch_size = 8
warmup = batch_size * 2
a, b = 1, [2, 3]
step = dict(type='Step', length=5)
pipeline = [dict(**step, flip=True), dict(type='Pack')]
optim_wrapper = dict(optimizer=dict(lr=lr, betas=b))
train_dataloader = dict(
    batch_size=batch_size, dataset=dict(pipeline=pipeline)
)
param_scheduler = [dict(end=warmup)]
"""


@pytest.fixture
def base(tmp_path) -> Path:
    path = tmp_path / 'base.py'
    path.write_text(BASE)
    return path


def child(base: Path, text: str) -> Path:
    path = base.with_name('child.py')
    path.write_text(f"_base_ = 'base.py'\n{text}")
    return path


def refused(path: Path, options: dict | None = None) -> str:
    with pytest.raises(StNetInputError) as caught:
        load_config_file(path, options)
    return str(caught.value)


def test_without_options_as_mmengine(base):
    assert load_config_file(base).to_dict() == Config.fromfile(base).to_dict()


def test_variables_of_options_take_effect(base):
    cfg = load_config_file(base, {'lr': 0.5, 'batch_size': 2})
    assert cfg.optim_wrapper.optimizer.lr == 0.5
    assert cfg.train_dataloader.batch_size == 2
    assert cfg.param_scheduler[0].end == 4
    assert cfg.filename == str(base)


def test_the_option_of_a_setting_wins(base):
    cfg = load_config_file(
        base, {'batch_size': 2, 'train_dataloader.batch_size': 3}
    )
    assert cfg.train_dataloader.batch_size == 3
    assert cfg.param_scheduler[0].end == 4


def test_variables_of_an_heir_take_effect(base):
    path = child(base, 'lr = 0.25\nwarmup = 7\n')
    cfg = load_config_file(path)
    assert cfg.optim_wrapper.optimizer.lr == 0.25
    assert cfg.param_scheduler[0].end == 7
    assert cfg.filename == str(path)
    grandchild = base.with_name('grandchild.py')
    grandchild.write_text("_base_ = ['child.py']\nlr = 0.125\n")
    cfg = load_config_file(grandchild, {'batch_size': 6})
    assert cfg.optim_wrapper.optimizer.lr == 0.125
    assert cfg.train_dataloader.batch_size == 6
    assert cfg.param_scheduler[0].end == 7


def test_what_an_heir_uses_itself_is_its_own(base):
    path = child(
        base, 'batch_size = 2\nval_dataloader = dict(batch_size=batch_size)\n'
    )
    cfg = load_config_file(path)
    assert cfg.to_dict() == Config.fromfile(path).to_dict()
    assert cfg.train_dataloader.batch_size == 8


def test_an_heir_in_another_folder(base, tmp_path):
    (tmp_path / 'sub').mkdir()
    path = tmp_path / 'sub' / 'child.py'
    path.write_text("_base_ = ['../base.py']\nwork_dir = '{{fileDirname}}'\n")
    cfg = load_config_file(path, {'lr': 0.5})
    assert cfg.optim_wrapper.optimizer.lr == 0.5
    assert cfg.work_dir == str(tmp_path / 'sub')


@pytest.mark.parametrize(
    ('key', 'value', 'instead'),
    [
        ('step.length', 3, 'train_dataloader.dataset.pipeline.0'),
        ('pipeline.1.type', 'P', 'train_dataloader.dataset.pipeline'),
        ('b', [5], 'optim_wrapper.optimizer.betas'),
    ],
)
def test_the_settings_of_a_variable_are_named(base, key, value, instead):
    message = refused(base, {key: value})
    assert message.startswith(f'{key}: ')
    assert f'set {instead} instead' in message


def test_a_pipeline_of_an_heir_is_refused(base):
    path = child(base, "pipeline = [dict(type='Other')]\n")
    message = refused(path)
    assert 'child.py sets pipeline' in message
    assert 'set train_dataloader.dataset.pipeline instead' in message


@pytest.mark.parametrize(
    ('key', 'near'),
    [
        ('batchsize', 'batch_size'),
        ('trian_dataloader.batch_size', 'train_dataloader'),
        ('optim_wraper', 'optim_wrapper'),
        ('optimizer', 'optim_wrapper.optimizer'),
        ('quantum', 'look it up'),
    ],
)
def test_unknown_options(base, key, near):
    message = refused(base, {key: 1})
    assert message.startswith(f'{key}: ')
    assert near in message


def test_unknown_names_in_a_file(base):
    assert 'did you mean batch_size?' in refused(child(base, 'batchsize = 2'))
    message = refused(child(base, 'optim_wraper = dict(clip_grad=None)'))
    assert 'did you mean optim_wrapper?' in message


def test_an_option_that_fits_nothing(base):
    message = refused(base, {'param_scheduler.3.end': 2})
    assert 'param_scheduler.3.end' in message


@pytest.mark.parametrize('text', ['lr = = 3\n', b'lr = "\xff"\n'])
def test_files_that_are_no_config(base, text):
    base.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert str(base) in refused(base)


@pytest.mark.parametrize(
    'name', [p.name for p in (ROOT / 'configs' / 'stnet').glob('*.py')][:4]
)
def test_our_recipes_are_loaded_as_by_mmengine(name):
    path = ROOT / 'configs' / 'stnet' / name
    assert load_config_file(path).to_dict() == Config.fromfile(path).to_dict()


def test_every_line_to_edit_can_be_an_option(tmp_path):
    lines = dict(
        num_classes=3,
        data_root='there',
        network='r18',
        batch_size=4,
        lr=1e-2,
        max_iters=20,
        short_side=99,
    )
    edited = tmp_path / 'edited.py'
    edited.write_text(fill_in(OWN_DATA.read_text(), lines))
    cfg = load_config_file(OWN_DATA, lines)
    assert cfg.to_dict() == Config.fromfile(edited).to_dict()

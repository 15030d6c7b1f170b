"""Variants of the recipe: what was tried, one thing at a time.

Those of ``GROUPS`` were measured before the recipe jittered colors, and are
compared with what it was: ``BASE``.
"""

from __future__ import annotations

from .models import Model

_OPTIMIZER = 'optim_wrapper.optimizer'
_BLOCK = 'model.backbone.temporal_block'
BASE = 'no-color-jitter'
_NEW = ('backbone.temporal_blocks', 'cls_head')
# ordered_start.py makes it.
ORDERED_START = 'work_dirs/real_videos/ordered_start.pth'


def _sgd(lr: float) -> Model:
    return Model(
        dict(lr=lr),
        {
            _OPTIMIZER: dict(
                _delete_=True,
                type='SGD',
                lr=lr,
                momentum=0.9,
                weight_decay=1e-4,
            )
        },
    )


def _option(key: str, value: object) -> Model:
    return Model({}, {key: value})


def _fine_tune(lr: float) -> Model:
    """As the UCF101 recipes: SGD, in steps, from a StNet that has learned."""
    steps = dict(
        type='MultiStepLR', milestones=[165, 275], gamma=0.1, by_epoch=False
    )
    return Model(
        dict(lr=lr, load_from=ORDERED_START),
        {
            **_sgd(lr).options,
            'optim_wrapper.clip_grad': None,
            'param_scheduler': [steps],
        },
    )


def _trunk_rate(factor: float) -> Model:
    keys = dict(backbone=dict(lr_mult=factor))
    keys.update({name: dict(lr_mult=1.0) for name in _NEW})
    return _option('optim_wrapper.paramwise_cfg', dict(custom_keys=keys))


# By what they change; in brackets what the recipe has.
GROUPS = {
    'optimizer (AdamW, rate 0.001)': {
        'lr3e-4': Model(dict(lr=3e-4), {}),
        'lr3e-3': Model(dict(lr=3e-3), {}),
        'sgd6e-4': _sgd(6e-4),
        'sgd5e-3': _sgd(5e-3),
        'trunk-rate0.1': _trunk_rate(0.1),
        'trunk-rate0.3': _trunk_rate(0.3),
    },
    'schedule (330 steps of 8 clips, warm-up)': {
        'no-warmup': _option('param_scheduler.0.start_factor', 1.0),
        'iters165': Model(dict(max_iters=165), {}),
        'iters660': Model(dict(max_iters=660), {}),
        'batch4': Model(dict(batch_size=4), {}),
        'batch16': Model(dict(batch_size=16, max_iters=165), {}),
    },
    'regularization (weight decay 0.05, gradients clipped at 20)': {
        'decay0': _option(f'{_OPTIMIZER}.weight_decay', 0.0),
        'decay0.2': _option(f'{_OPTIMIZER}.weight_decay', 0.2),
        'no-clipping': _option('optim_wrapper.clip_grad', None),
        'clip2': _option('optim_wrapper.clip_grad.max_norm', 2),
        'dropout0.5': _option('model.cls_head.dropout_ratio', 0.5),
        'smooth0.1': _option('model.cls_head.label_smooth_eps', 0.1),
        'ema': _option('custom_hooks', [dict(type='EMAHook', momentum=0.02)]),
    },
    "start (ImageNet, stem inflated by the mean, the authors' blocks)": {
        'scratch': _option('model.backbone.init_cfg', None),
        'repeat': _option('model.backbone.stem_inflation', 'repeat'),
        'zero-init': _option(_BLOCK, dict(zero_init=True)),
        # The image network as it is, with its own statistics.
        'zero-init-norm-eval': Model(
            {},
            {_BLOCK: dict(zero_init=True), 'model.backbone.norm_eval': True},
        ),
    },
    'input (T = 7, N = 5, crops of 112 and half of the frame or more)': {
        'n1': Model(dict(num_frames=1), {}),
        'n3': Model(dict(num_frames=3), {}),
        't4': Model(dict(num_segments=4), {}),
        't12': Model(dict(num_segments=12), {}),
        'crop96': Model(dict(crop_size=96), {}),
        'crop160': Model(dict(crop_size=160), {}),
        'small-crops': Model(dict(smallest_area=0.08), {}),
        'large-crops': Model(dict(smallest_area=0.8), {}),
        'window0.7': Model(
            {}, {}, {1: dict(type='RandomWindow', shortest=0.7)}
        ),
        'mirror': Model(dict(mirror=True), {}),
        'recipe': Model({}, {}),
    },
}
# The search of learning rates, for every network.
RATES = {'recipe': 0.001, 'recipe-lr3e-4': 0.0003, 'recipe-lr3e-3': 0.003}
# Batches of 8, and the UCF101 recipes' rate for 128: scaled, and as it is.
FINE_TUNING = {'fine-tune': 0.002 * 8 / 128, 'fine-tune-unscaled': 0.002}
_AS_IT_WAS = dict(color_jitter=0)
VARIANTS = {
    BASE: Model(_AS_IT_WAS, {}),
    **{
        name: variant._replace(lines={**_AS_IT_WAS, **variant.lines})
        for group in GROUPS.values()
        for name, variant in group.items()
    },
    'ordered-start': Model(dict(load_from=ORDERED_START), {}),
    'frozen': _option('model.backbone.frozen_stages', 2),
    **{name: Model(dict(lr=rate), {}) for name, rate in RATES.items()},
    **{name: _fine_tune(rate) for name, rate in FINE_TUNING.items()},
}

"""The authors' network: its deterministic weights in our model.

The facts and numbers are in ``shared/authors_network`` beside the checkout;
tests that need them skip where it is absent.
"""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

FACTS = Path(__file__).parents[3] / 'shared' / 'authors_network'
requires_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason='shared/authors_network is not here'
)

_BN = {
    'scale': 'weight',
    'offset': 'bias',
    'mean': 'running_mean',
    'variance': 'running_var',
    'w_0': 'weight',
    'b_0': 'bias',
    'w_1': 'running_mean',
    'w_2': 'running_var',
}
_PARAMETER = {'w_0': 'weight', 'b_0': 'bias'}
_TXB = {
    'xception_bn': 'bn_in',
    'xception_att_conv': 'depthwise1',
    'xception_att_2': 'pointwise1',
    'xception_bndw': 'bn_mid',
    'xception_att1': 'depthwise2',
    'xception_att1_2': 'pointwise2',
    'xception_dw': 'shortcut',
    'xception_bn2': 'bn_out',
}


def deterministic_weights() -> ModuleType:
    """The module that fills every parameter from its name and shape."""
    spec = importlib.util.spec_from_file_location(
        'deterministic_weights', FACTS / 'deterministic_weights.py'
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def known_cases() -> list[str]:
    """Cases of which the authors' outputs are here; at least A and A2."""
    if not FACTS.is_dir():
        return ['A', 'A2']
    cases = deterministic_weights().CASES
    return [case for case in cases if (FACTS / f'{case}.npz').exists()]


def param_table(depth: int) -> dict[str, list[int]]:
    """The authors' parameters: name -> shape, in program order."""
    return json.loads((FACTS / f'param_table_{depth}.json').read_text())


def our_name(name: str, table: dict) -> str:
    """Name in our model of a parameter of the authors'."""
    if match := re.fullmatch(r'(bn_)?conv1_(\w+)', name):
        return 'backbone.conv1.' + (
            f'bn.{_BN[match[2]]}' if match[1] else 'conv.weight'
        )
    if match := re.fullmatch(
        r'(res|bn)(\d)([a-z])(\d*)_branch(1|2[abc])_(\w+)', name
    ):
        kind, stage, letter, number, branch, what = match.groups()
        # Blocks are a, b, c, ... or a, b1, b2, ...
        block = int(number) if number else ord(letter) - ord('a')
        conv = (
            'downsample'
            if branch == '1'
            else f'conv{"abc".index(branch[1]) + 1}'
        )
        return f'backbone.layer{int(stage) - 1}.{block}.{conv}.' + (
            'conv.weight' if kind == 'res' else f'bn.{_BN[what]}'
        )
    layer, what = name.rsplit('.', 1)
    if match := re.fullmatch(r'conv3d_(\d)', layer):
        stage = f'layer{int(match[1]) + 2}'
        return f'backbone.temporal_blocks.{stage}.conv.{_PARAMETER[what]}'
    if layer.startswith('batch_norm_'):
        # Named by a counter of all BNs: the first is TMB1's.
        layers = sorted(
            {
                n.rsplit('.', 1)[0]
                for n in table
                if n.startswith('batch_norm_')
            },
            key=lambda n: int(n.rsplit('_', 1)[1]),
        )
        stage = f'layer{layers.index(layer) + 2}'
        return f'backbone.temporal_blocks.{stage}.bn.{_BN[what]}'
    if layer == 'fc_0':
        return f'cls_head.fc_cls.{_PARAMETER[what]}'
    names = _BN if 'bn' in layer else _PARAMETER
    return f'cls_head.txb.{_TXB[layer]}.{names[what]}'


def our_tensor(name: str, array: np.ndarray) -> Tensor:
    """A parameter or gradient of the authors', in our shape."""
    if name == 'fc_0.w_0':
        array = array.T
    elif name.startswith(('conv3d_', 'xception_')) and array.ndim > 1:
        # [C, C, 3, 1, 1] -> [C, C, 3, 1]; [C, 1, 3, 1] -> [C, 1, 3]
        array = array[..., 0]
    return torch.from_numpy(np.ascontiguousarray(array))


def build_stnet(depth: int, num_frames: int, **head) -> nn.Module:
    """StNet-ResNet of the authors, uninitialised."""
    channels = 512 if depth < 50 else 2048
    return MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=dict(
                type='StNet',
                trunk=dict(type='ResNet', depth=depth),
                num_frames=num_frames,
            ),
            cls_head=dict(
                type='TXBHead', num_classes=400, in_channels=channels, **head
            ),
        )
    )


def authors_stnet(depth: int, num_frames: int) -> nn.Module:
    """StNet with the deterministic weights, in evaluation mode."""
    weights = deterministic_weights()
    table = param_table(depth)
    # The tables are for N = 5.
    shapes = {**table, 'conv1_weights': [64, 3 * num_frames, 7, 7]}
    state = {
        our_name(name, table): our_tensor(name, weights.param(name, shape))
        for name, shape in shapes.items()
    }
    model = build_stnet(depth, num_frames)
    counters = {
        name: tensor
        for name, tensor in model.state_dict().items()
        if name.endswith('num_batches_tracked')
    }
    model.load_state_dict({**state, **counters}, strict=True)
    return model.eval()


def case_input(case: str) -> tuple[dict, Tensor]:
    """A case's settings and its frames, [B, T*N, 3, H, W]."""
    weights = deterministic_weights()
    settings = weights.CASES[case]
    b, t, n, size = (settings[k] for k in ('B', 'T', 'N', 'size'))
    x = weights.make_input(
        b,
        t,
        n,
        size,
        size,
        settings['input_seed'],
        structured=settings.get('structured', False),
    )
    # [B, T, 3N, H, W] -> [B, T*N, 3, H, W]
    return settings, torch.from_numpy(x).reshape(b, t * n, 3, size, size)

"""The authors' network: its deterministic weights in our model.

Their facts and numbers are in ``tests/data/authors_network``; its README says
how they came about.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..data.authors_network.deterministic_weights import (
    CASES,
    make_input,
    make_param,
)

FACTS = Path(__file__).parents[1] / 'data' / 'authors_network'

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


def read_facts(name: str) -> dict[str, np.ndarray]:
    """The arrays of one of the authors' files."""
    with np.load(FACTS / f'{name}.npz') as file:
        return {key: file[key] for key in file}


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
    """StNet-ResNet of the authors, uninitialized."""
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


def authors_arrays(depth: int, num_frames: int) -> dict[str, np.ndarray]:
    """The deterministic weights under the authors' names."""
    shapes = param_table(depth)
    # Each table is for one number of frames.
    shapes['conv1_weights'][1] = 3 * num_frames
    return {name: make_param(name, shape) for name, shape in shapes.items()}


def authors_stnet(depth: int, num_frames: int) -> nn.Module:
    """StNet with the deterministic weights, in evaluation mode."""
    arrays = authors_arrays(depth, num_frames)
    state = {
        our_name(name, arrays): our_tensor(name, array)
        for name, array in arrays.items()
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
    x = torch.from_numpy(make_input(case))
    # [B, T, 3N, H, W] -> [B, T*N, 3, H, W]
    return CASES[case], x.unflatten(2, (-1, 3)).flatten(1, 2)

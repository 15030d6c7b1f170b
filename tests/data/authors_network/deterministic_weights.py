"""Weights and inputs of the reference cases, made by a rule.

Nothing is stored: every array follows from a name, a shape and a seed, so
that any framework can be filled alike. Only NumPy is needed. All arithmetic
is float64; the results are rounded to float32 at the end.
"""

from __future__ import annotations

import re
import zlib

import numpy as np

SEED = 2019
# Scale of the last batch normalization of a bottleneck: features stay small.
RESIDUAL_DAMPING = 0.2
# Of the classifier; otherwise the softmax saturates.
CLASSIFIER_DAMPING = 0.03

# Sizes of an input, [B, T, 3N, size, size], and the seed of its numbers.
# In 'structured' inputs each image has a gain and an offset of its own:
# segments of plain noise look alike to the network.
CASES = {
    'A': dict(layers=50, T=7, N=5, size=64, B=2, input_seed=101),
    'A2': dict(
        layers=50, T=7, N=5, size=64, B=2, input_seed=107, structured=True
    ),
}

# Paddle's names of batch normalizations outside of the trunk.
_UNNAMED_BN = re.compile(
    r'(batch_norm_\d+|xception_bn|xception_bndw|xception_bn2)\.([wb]_\d)'
)
_KINDS = {
    'w_0': 'scale',
    'b_0': 'offset',
    'w_1': 'mean',
    'w_2': 'variance',
}


def _kind(name: str, shape: tuple[int, ...]) -> str:
    """What a parameter is, by its name and shape."""
    if match := _UNNAMED_BN.fullmatch(name):
        return _KINDS[match[2]]
    for kind in _KINDS.values():
        if name.endswith(f'_{kind}'):
            return kind
    if len(shape) >= 4:
        return 'convolution'
    if len(shape) == 2:
        return 'classifier'
    assert len(shape) == 1, name
    assert name.endswith('.b_0'), name
    return 'bias'


def make_param(name: str, shape: list[int]) -> np.ndarray:
    """Fill a parameter.

    Args:
        name (str): Its name in the authors' network.
        shape (list[int]): Its shape there.

    Returns:
        np.ndarray: Its values, float32.
    """
    shape = tuple(shape)
    random = np.random.RandomState(zlib.crc32(name.encode()) ^ SEED)
    kind = _kind(name, shape)
    if kind == 'convolution':
        values = random.standard_normal(shape)
        values = values * np.sqrt(2.0 / np.prod(shape[1:]))
    elif kind == 'classifier':
        # Stored as [in, out].
        values = CLASSIFIER_DAMPING * random.standard_normal(shape)
        values = values * np.sqrt(2.0 / shape[0])
    elif kind in ('bias', 'offset', 'mean'):
        values = 0.1 * random.standard_normal(shape)
    else:
        values = random.uniform(0.5, 1.5, shape)
        if name.endswith('_branch2c_scale'):
            values = values * RESIDUAL_DAMPING
    return values.astype(np.float32)


def make_input(case: str) -> np.ndarray:
    """Make the input of a case.

    Args:
        case (str): Its name in ``CASES``.

    Returns:
        np.ndarray: Normalized frames, [B, T, 3N, H, W] float32.
    """
    settings = CASES[case]
    images = settings['B'], settings['T'], 3 * settings['N']
    size = settings['size']
    random = np.random.RandomState(settings['input_seed'])
    x = random.standard_normal((*images, size, size))
    if settings.get('structured'):
        gain = random.uniform(0.2, 2.0, (*images, 1, 1))
        offset = random.standard_normal((*images, 1, 1))
        x = x * gain + offset
    return x.astype(np.float32)


def sample_positions(size: int, count: int = 2048) -> np.ndarray:
    """Entries of a flattened array that the reference files hold.

    Args:
        size (int): Number of entries of the array.
        count (int): Number of those that are held. Defaults to 2048.

    Returns:
        np.ndarray: Their positions, [count] int64.
    """
    return np.linspace(0, size - 1, count).astype(np.int64)

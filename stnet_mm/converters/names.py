"""Names and shapes of the authors' parameters, and our names for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import StNetInputError

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
# What Paddle's `save_persistables` writes beside the weights.
_OPTIMIZER = re.compile('_velocity|learning_rate|@LR_DECAY_COUNTER@')


class Entry(NamedTuple):
    """A parameter.

    Attributes:
        theirs (str): Its name in the authors' network.
        ours (str): Its name in ours.
        shape (tuple): Its shape in the authors' network. None stands for the
            sizes that depend on the checkpoint: input channels of the stem
            and number of classes.
    """

    theirs: str
    ours: str
    shape: tuple


def is_of_optimizer(name: str) -> bool:
    """Whether a variable belongs to the optimizer, not to the network."""
    return _OPTIMIZER.search(name) is not None


def network_entries(depth: int, image_network: bool = False) -> list[Entry]:
    """All parameters of the authors' network.

    Args:
        depth (int): 50, 101 or 152.
        image_network (bool): Whether it is the 2-D ResNet for ImageNet
            instead of StNet. Defaults to False.

    Returns:
        list[Entry]: The entries, stem first and classifier last.
    """
    entries = list(_trunk(depth))
    if image_network:
        return [*entries, *_linear('fc_0', 'fc', 2048)]
    return [*entries, *_temporal_blocks(depth), *_head()]


def find_depth(names: set[str], path: str, depth: int | None) -> int:
    """Find the depth from the names in a checkpoint.

    Args:
        names (set[str]): The names.
        path (str): The checkpoint, for messages.
        depth (int, optional): The depth that the user gives, if any.

    Returns:
        int: 50, 101 or 152.

    Raises:
        StNetInputError: If the user gives another depth.
    """
    found = min(
        DEPTHS,
        key=lambda d: len(names ^ {e.theirs for e in network_entries(d)}),
    )
    if depth not in (None, found):
        raise StNetInputError(
            f'{path} holds a network of depth {found}, not {depth}'
        )
    return found


def _trunk(depth: int) -> Iterator[Entry]:
    yield Entry(
        'conv1_weights', 'backbone.conv1.conv.weight', (64, None, 7, 7)
    )
    yield from _trunk_bn('bn_conv1', 'backbone.conv1.bn', 64)
    channels = 64
    for stage, blocks in enumerate(DEPTHS[depth], start=2):
        width = 64 * 2 ** (stage - 2)
        for block in range(blocks):
            theirs = f'{stage}{_block_name(depth, stage, block)}_branch'
            ours = f'backbone.layer{stage - 1}.{block}.'
            convs = [
                ('2a', 'conv1', (width, channels, 1, 1)),
                ('2b', 'conv2', (width, width, 3, 3)),
                ('2c', 'conv3', (4 * width, width, 1, 1)),
            ]
            if block == 0:
                shape = (4 * width, channels, 1, 1)
                convs.append(('1', 'downsample', shape))
            for branch, conv, shape in convs:
                yield Entry(
                    f'res{theirs}{branch}_weights',
                    f'{ours}{conv}.conv.weight',
                    shape,
                )
                yield from _trunk_bn(
                    f'bn{theirs}{branch}', f'{ours}{conv}.bn', shape[0]
                )
            channels = 4 * width


def _block_name(depth: int, stage: int, block: int) -> str:
    """a, b, c, ..., but a, b1, b2, ... in stage 4 of deeper networks."""
    if depth > 50 and stage == 4:
        return f'b{block}' if block else 'a'
    return chr(ord('a') + block)


def _temporal_blocks(depth: int) -> Iterator[Entry]:
    # Paddle numbers unnamed BatchNorm layers by their position among all of
    # the network. A stage has 3 in each block and 1 in its first shortcut; the
    # stem has 1.
    res2, res3, res4, _ = (3 * blocks + 1 for blocks in DEPTHS[depth])
    first = 1 + res2 + res3
    numbers = (first, first + 1 + res4)
    for i, (number, channels) in enumerate(zip(numbers, (512, 1024))):
        ours = f'backbone.temporal_blocks.layer{i + 2}'
        shape = (channels, channels, 3, 1, 1)
        yield from _conv(f'conv3d_{i}', f'{ours}.conv', shape)
        yield from _bn(f'batch_norm_{number}', f'{ours}.bn', channels)


def _head() -> Iterator[Entry]:
    ours = 'cls_head.txb.'
    yield from _bn('xception_bn', f'{ours}bn_in', 2048)
    for theirs, layer, shape in (
        ('att_conv', 'depthwise1', (2048, 1, 3, 1)),
        ('att_2', 'pointwise1', (1024, 2048, 1, 1)),
        ('att1', 'depthwise2', (1024, 1, 3, 1)),
        ('att1_2', 'pointwise2', (1024, 1024, 1, 1)),
        ('dw', 'shortcut', (1024, 2048, 1, 1)),
    ):
        yield from _conv(f'xception_{theirs}', f'{ours}{layer}', shape)
    yield from _bn('xception_bndw', f'{ours}bn_mid', 1024)
    yield from _bn('xception_bn2', f'{ours}bn_out', 1024)
    yield from _linear('fc_0', 'cls_head.fc_cls', 1024)


def _trunk_bn(theirs: str, ours: str, channels: int) -> Iterator[Entry]:
    for suffix, name in (
        ('scale', 'weight'),
        ('offset', 'bias'),
        ('mean', 'running_mean'),
        ('variance', 'running_var'),
    ):
        yield Entry(f'{theirs}_{suffix}', f'{ours}.{name}', (channels,))


def _bn(theirs: str, ours: str, channels: int) -> Iterator[Entry]:
    for suffix, name in (
        ('w_0', 'weight'),
        ('b_0', 'bias'),
        ('w_1', 'running_mean'),
        ('w_2', 'running_var'),
    ):
        yield Entry(f'{theirs}.{suffix}', f'{ours}.{name}', (channels,))


def _conv(theirs: str, ours: str, shape: tuple) -> Iterator[Entry]:
    yield Entry(f'{theirs}.w_0', f'{ours}.weight', shape)
    yield Entry(f'{theirs}.b_0', f'{ours}.bias', shape[:1])


def _linear(theirs: str, ours: str, channels: int) -> Iterator[Entry]:
    yield Entry(f'{theirs}.w_0', f'{ours}.weight', (channels, None))
    yield Entry(f'{theirs}.b_0', f'{ours}.bias', (None,))

"""The networks that are compared, as changes of the own-data recipe."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Model(NamedTuple):
    """How a network differs from the recipe's StNet.

    Attributes:
        lines (dict): Values of the recipe's lines to edit.
        options (dict): Further settings, as for ``--cfg-options``.
        transforms (dict[int, dict]): Added to the training pipeline, by their
            places. Defaults to none.
    """

    lines: dict
    options: dict
    transforms: Mapping[int, dict] = MappingProxyType({})


def _head(head_type: str, **kwargs) -> dict:
    return {
        'model.cls_head': dict(
            _delete_=True,
            type=head_type,
            in_channels=1280,
            average_clips='prob',
            **kwargs,
        )
    }


_NO_BLOCKS = {'model.backbone.temporal_stages': ()}
_MEAN = _head('SegmentPoolHead', pool='mean')

MODELS = {
    'stnet': Model({}, {}),
    # Single frames, mean of the logits.
    'tsn': Model(dict(num_frames=1), {**_NO_BLOCKS, **_MEAN}),
    # TSN whose residual blocks see an eighth of the channels of the frame
    # before and another eighth of the frame after.
    'tsm': Model(
        dict(num_frames=1),
        {**_NO_BLOCKS, **_MEAN, 'model.backbone.type': 'TSMTrunk'},
    ),
    # Super-images without anything that models time between them.
    'mean': Model({}, {**_NO_BLOCKS, **_MEAN}),
    'lrcn-gru': Model(
        dict(num_frames=1),
        {
            **_NO_BLOCKS,
            **_head('LRCNHead', cell='gru', hidden_channels=512),
        },
    ),
    # StNet without its temporal blocks, and without its head.
    'txb': Model({}, _NO_BLOCKS),
    'tmb': Model({}, _MEAN),
}

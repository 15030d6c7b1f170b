"""Small networks to train on a CPU: StNet, TSN and TSM on two trunks."""

from __future__ import annotations

from torch import nn

from .networks import stnet

# As the own-data config trains.
SEGMENTS, FRAMES = 7, 5
TRUNKS = {
    'Lite0': (dict(type='timm.tf_efficientnet_lite0'), 1280),
    'R18': (dict(type='ResNet', depth=18), 512),
}
NETWORKS = ('TSN', 'TSM', 'StNet')


def build(network: str, trunk: str) -> nn.Module:
    """A network for 400 classes with random weights.

    Args:
        network (str): One of ``NETWORKS``. TSN and TSM take one frame of each
            segment.
        trunk (str): One of ``TRUNKS``.

    Returns:
        nn.Module: The recognizer.
    """
    cfg, channels = TRUNKS[trunk]
    head = dict(num_classes=400, in_channels=channels)
    if network == 'StNet':
        return stnet(
            backbone=dict(type='StNet', trunk=cfg, num_frames=FRAMES),
            cls_head=dict(type='TXBHead', **head),
        )
    if network == 'TSM' and trunk == 'R18':
        return _mmaction2_tsm(head)
    kind = 'StNet'
    if network == 'TSM':
        # Registers it; needs timm.
        import projects.real_videos.tsm  # noqa: F401

        kind = 'TSMTrunk'
    return stnet(
        backbone=dict(type=kind, trunk=cfg, num_frames=1, temporal_stages=()),
        cls_head=dict(type='SegmentPoolHead', **head),
    )


def _mmaction2_tsm(head: dict) -> nn.Module:
    return stnet(
        type='Recognizer2D',
        backbone=dict(
            type='ResNetTSM',
            depth=18,
            num_segments=SEGMENTS,
            shift_div=8,
            pretrained2d=False,
        ),
        cls_head=dict(type='TSMHead', num_segments=SEGMENTS, **head),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[124.0] * 3,
            std=[58.0] * 3,
            format_shape='NCHW',
        ),
    )

"""The shapes in docs/network.svg are those of the network."""

from __future__ import annotations

import re

import torch
from mmaction.registry import MODELS

from stnet_mm.models import stack_super_images

from .pages import ROOT

SHAPE = re.compile(r'class="m">\[(.*?)\]<')
SIZES = dict(B=2, T=3, N=5, H=64, W=96, classes=6)


def test_shapes():
    text = (ROOT / 'docs' / 'network.svg').read_text(encoding='utf-8')
    drawn = [
        tuple(
            int(eval(part.replace('3N', '3*N'), dict(SIZES)))
            for part in shape.split(',')
        )
        for shape in SHAPE.findall(text)
    ]
    assert drawn == shapes_of_resnet50()


def shapes_of_resnet50() -> list[tuple]:
    """What goes along each arrow."""
    b, t, n, h, w, classes = SIZES.values()
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=dict(
                type='StNet', trunk=dict(type='ResNet', depth=50), num_frames=n
            ),
            cls_head=dict(
                type='TXBHead', num_classes=classes, in_channels=2048
            ),
        )
    ).eval()
    frames = torch.zeros(b, t * n, 3, h, w)
    shapes = [tuple(frames.shape)]
    super_images = stack_super_images(frames, n)
    # [B*T, 3N, H, W] -> [B, T, 3N, H, W]
    shapes.append(tuple(super_images.unflatten(0, (b, t)).shape))
    backbone, head = model.backbone, model.cls_head

    def keep_input(module, args):
        shapes.append(tuple(args[0].shape))

    def keep_output(module, args, output):
        shapes.append(tuple(output.shape))

    for block in backbone.temporal_blocks.values():
        block.register_forward_pre_hook(keep_input)
        block.register_forward_hook(keep_output)
    # The block itself takes and gives [B, C, T].
    head.txb.register_forward_pre_hook(
        lambda module, args: shapes.append(tuple(args[0].mT.shape))
    )
    head.txb.register_forward_hook(
        lambda module, args, output: shapes.append(tuple(output.mT.shape))
    )
    head.fc_cls.register_forward_pre_hook(keep_input)
    head.fc_cls.register_forward_hook(keep_output)
    with torch.no_grad():
        model(frames, mode='tensor', stage='head')
    return shapes

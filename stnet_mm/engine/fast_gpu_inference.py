"""What makes inference faster on a GPU only."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ..models import StNetRecognizer, TemporalModelingBlock
from ..models.fused_convolutions import fuse_convolutions
from ..models.normalized_super_images import make_normalized_super_images
from ..models.stem_pooling import fuse_stem_pooling
from ..utils.model_state import computes

# Tensor cores take channels by eight.
MULTIPLE = 8


@torch.no_grad()
def fuse_relus(model: StNetRecognizer, frames: Tensor) -> None:
    """Let cuDNN apply the ReLUs after convolutions, and add shortcuts.

    Args:
        model (StNetRecognizer): The model, in evaluation mode, its BatchNorm
            layers folded; changed in place.
        frames (Tensor): Frames to try it on, [1, T*N, 3, H, W].
    """
    names = tuple(f'backbone.{name}' for name in model.backbone.layer_names)

    def run() -> Tensor:
        return model(frames, stage='head')

    fuse_stem_pooling(model, names, run)
    fuse_convolutions(model, names, run)
    expected = run()
    blocks = [
        module
        for module in model.modules()
        if isinstance(module, TemporalModelingBlock)
    ]
    for fused in (True, False):
        for block in blocks:
            block.fused = fused
        if computes(run, expected):
            break


def cast_weights(model: nn.Module, dtype: torch.dtype) -> None:
    """Cast the weights that autocast would cast in each pass.

    Args:
        model (nn.Module): The model; changed in place.
        dtype (torch.dtype): To what.
    """
    for module in model.modules():
        if isinstance(module, (_ConvNd, nn.Linear)):
            module.to(dtype)


def make_super_images_at_once(
    model: StNetRecognizer, dtype: torch.dtype
) -> None:
    """Let a model make normalized super-images of bytes in one pass.

    In 16 bits they get channels of zeros, and the stem weights for them, so
    that their number is a multiple of eight.

    Args:
        model (StNetRecognizer): The model; changed in place.
        dtype (torch.dtype): What it computes in.
    """
    backbone, preprocessor = model.backbone, model.data_preprocessor
    stem = backbone.get_submodule(backbone.stem_name)
    channels = 3 * backbone.num_frames
    more = -channels % MULTIPLE if dtype != torch.float32 else 0
    if more and stem.groups == 1:
        # [C, 3N, h, w] -> [C, 3N + more, h, w]
        weight = F.pad(stem.weight, (0, 0, 0, 0, 0, more))
        last = weight.contiguous(memory_format=torch.channels_last)
        stem.weight = nn.Parameter(last, requires_grad=False)
        channels = stem.in_channels = channels + more
    mean, std = preprocessor.mean_and_std()
    plain = model.super_images

    def super_images(clips: Tensor | list[Tensor]) -> Tensor:
        clips = [clips] if isinstance(clips, Tensor) else clips
        if clips[0].is_floating_point():  # normalized already
            images = plain(clips)
            padding = channels - images.shape[1]
            return F.pad(images, (0, 0, 0, 0, 0, padding)).contiguous(
                memory_format=torch.channels_last
            )
        return make_normalized_super_images(
            clips, backbone.num_frames, mean, std, dtype, channels
        )

    model.super_images = super_images  # type: ignore[method-assign]

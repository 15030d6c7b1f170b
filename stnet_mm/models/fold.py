"""Folding BatchNorm layers into the convolutions before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..utils.model_state import computes, replace_module
from .module_calls import record_module_calls

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


@torch.no_grad()
def fold_batch_norms(model: nn.Module, run: Callable[[], Tensor]) -> int:
    """Fold BatchNorm layers into the convolutions before them, in place.

    Which convolution a BatchNorm follows is seen by running the model: it is
    the one whose very output it takes. The order of modules would not do: in
    a temporal modeling block a ReLU is between the two. Nothing is folded if
    the model then computes something else, as one does that changes the
    weights of its convolutions on the fly.

    Args:
        model (nn.Module): A model in evaluation mode.
        run (Callable[[], Tensor]): Runs the model, always on the same input.

    Returns:
        int: How many were folded.
    """
    expected, pairs = _find_pairs(model, run)
    undo = []
    for conv_name, norm_name in pairs:
        conv = cast(_ConvNd, model.get_submodule(conv_name))
        norm = cast(_BatchNorm, model.get_submodule(norm_name))
        undo.append((conv, conv.weight, conv.bias, norm_name, norm))
        fused = fuse_conv_bn_eval(conv, norm)
        conv.weight, conv.bias = fused.weight, fused.bias
        # timm's BatchNormAct2d normalizes, drops and activates.
        rest = [getattr(norm, n) for n in ('drop', 'act') if hasattr(norm, n)]
        replace_module(model, norm_name, nn.Sequential(*rest))
    if computes(run, expected):
        return len(pairs)
    for conv, weight, bias, norm_name, norm in undo:
        conv.weight, conv.bias = weight, bias
        replace_module(model, norm_name, norm)
    return 0


def _find_pairs(
    model: nn.Module, run: Callable[[], Tensor]
) -> tuple[Tensor, list[tuple[str, str]]]:
    """The output, and names of convolutions and the BatchNorms after them."""
    with record_module_calls(model, _is_convolution_or_norm) as calls:
        expected = run()
    makers = {
        call.output_state: call.name
        for call in calls
        if isinstance(call.module, CONVOLUTIONS)
    }
    counts = Counter(call.name for call in calls)
    # What runs several times with others is left as it is.
    return expected, [
        (makers[call.input_state], call.name)
        for call in calls
        if isinstance(call.module, _BatchNorm)
        and call.input_state in makers
        and counts[makers[call.input_state]] == counts[call.name] == 1
    ]


def _is_convolution_or_norm(module: nn.Module) -> bool:
    return isinstance(module, (*CONVOLUTIONS, _BatchNorm))

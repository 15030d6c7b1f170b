"""Folding BatchNorm layers into the convolutions before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_eval

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
        conv = model.get_submodule(conv_name)
        norm = model.get_submodule(norm_name)
        undo.append((conv, conv.weight, conv.bias, norm_name, norm))
        fused = fuse_conv_bn_eval(conv, norm)
        conv.weight, conv.bias = fused.weight, fused.bias
        # timm's BatchNormAct2d normalises, drops and activates.
        rest = [getattr(norm, n) for n in ('drop', 'act') if hasattr(norm, n)]
        _replace(model, norm_name, nn.Sequential(*rest))
    if (run() - expected).norm() <= 1e-4 * expected.norm():
        return len(pairs)
    for conv, weight, bias, norm_name, norm in undo:
        conv.weight, conv.bias = weight, bias
        _replace(model, norm_name, norm)
    return 0


def _find_pairs(
    model: nn.Module, run: Callable[[], Tensor]
) -> tuple[Tensor, list[tuple[str, str]]]:
    """The output, and names of convolutions and BatchNorms that take theirs.

    Tensors are told apart by identity, so all are kept alive meanwhile.
    """
    outputs: dict[int, tuple[str, Tensor, int]] = {}
    pairs: list[tuple[str, str]] = []
    calls: Counter[str] = Counter()
    hooks = []

    def watch(name: str, module: nn.Module) -> None:
        def see(module: nn.Module, args: tuple, output: Tensor) -> None:
            calls[name] += 1
            if not isinstance(module, _BatchNorm):
                outputs[id(output)] = name, output, output._version
                return
            conv, _, version = outputs.get(id(args[0]), (None, None, None))
            if version == args[0]._version:
                pairs.append((conv, name))

        hooks.append(module.register_forward_hook(see))

    for name, module in model.named_modules():
        if isinstance(module, (*CONVOLUTIONS, _BatchNorm)):
            watch(name, module)
    try:
        expected = run()
    finally:
        for hook in hooks:
            hook.remove()
    # What runs several times with others is left as it is.
    return expected, [
        (conv, norm) for conv, norm in pairs if calls[conv] == calls[norm] == 1
    ]


def _replace(model: nn.Module, name: str, new: nn.Module) -> None:
    parent, _, child = name.rpartition('.')
    setattr(model.get_submodule(parent), child, new)

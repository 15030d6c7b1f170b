"""Whether a head is piecewise linear, so that contributions are exact."""

from __future__ import annotations

import mmengine.model as mm
from mmaction.models.heads import I3DHead, TSMHead, TSNHead
from mmaction.models.heads.base import AvgConsensus
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

# Known to be piecewise linear in evaluation mode, by exact type: a subclass
# may compute anything.
LAYERS = frozenset(
    [
        *(nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d),
        *(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm),
        *(nn.ReLU, nn.Identity, nn.Flatten),
        *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d),
        *(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
        *(nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
        *(nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
        *(nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
        *(nn.Sequential, nn.ModuleList, nn.ModuleDict),
        *(mm.Sequential, mm.ModuleList, mm.ModuleDict),
        # MMAction2's, whose code has been read: pooling, dropout, a linear
        # classifier, and the mean over segments.
        *(TSNHead, TSMHead, I3DHead, AvgConsensus),
    ]
)
# What a subclass may define without changing what a network computes.
HARMLESS = frozenset(
    [
        *('__module__', '__qualname__', '__doc__', '__init__'),
        *('__abstractmethods__', '_abc_impl', '__firstlineno__'),
        *('__static_attributes__', '__annotations__', '__annotate__'),
        *('__annotate_func__', '__annotations_cache__'),
        *('init_weights', 'loss', 'loss_by_feat', 'predict_by_feat'),
        *('contributions', 'contribution_name', 'named_parts'),
        'piecewise_linear',
    ]
)


def is_piecewise_linear(head: nn.Module) -> bool:
    """Whether gradient x input divides a logit exactly, less biases.

    So it does behind linear layers, ReLU, maximum and average. Behind others,
    such as attention, sigmoids, LayerNorm or recurrent layers, it is the
    first-order approximation, and what it leaves of the logit contains its
    error. A layer counts as piecewise linear if it is one of PyTorch's that
    are known to be, by exact type, or if its class says so for its own code
    (``piecewise_linear = True``); see ``SegmentHead``.

    Args:
        head (nn.Module): The head of a recognizer.

    Returns:
        bool: Whether the head and all layers in it are known to be piecewise
        linear in evaluation mode.
    """
    layers = [
        module
        for name, module in head.named_modules()
        # The loss is no part of the logit.
        if name.partition('.')[0] != 'loss_cls'
    ]
    return all(map(_is_known, layers))


def defined_for(module: nn.Module, name: str) -> bool:
    """Whether what a class says of its code holds for a module.

    Args:
        module (nn.Module): The module.
        name (str): An attribute in which a class says something of its code,
            such as ``'piecewise_linear'``.

    Returns:
        bool: False if a subclass has changed the code since, a method was
        replaced in this one module, or no class has the attribute.
    """
    if any(
        callable(value) and hasattr(type(module), key)
        for key, value in vars(module).items()
    ):
        return False
    for kind in type(module).__mro__:
        if name in vars(kind):
            return True
        if not HARMLESS.issuperset(vars(kind)):
            return False
    return False


def _is_known(module: nn.Module) -> bool:
    if isinstance(module, _BatchNorm) and module.running_mean is None:
        return False  # divides by the deviation of its input
    if any(callable(value) for value in vars(module).values()):
        return False  # a function whose kind is unknown
    if type(module) in LAYERS:
        return True
    says_so = getattr(module, 'piecewise_linear', False)
    return says_so and defined_for(module, 'piecewise_linear')

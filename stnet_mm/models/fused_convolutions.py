"""Convolutions that add and apply ReLU themselves, as cuDNN can."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from ..utils.model_state import computes, replace_module

ADDITIONS = (operator.add, operator.iadd, torch.add)
ADDITION_METHODS = ('add', 'add_')
RELUS = (F.relu, F.relu_, torch.relu, torch.relu_)
RELU_METHODS = ('relu', 'relu_')


class ConvReLU(nn.Conv2d):
    """A convolution, the addition of feature maps, and ReLU.

    PyTorch has a kernel for each of the three, and one for the bias, so that
    feature maps are read and written four times; cuDNN can do all at once.
    """

    @classmethod
    def of(cls, conv: nn.Conv2d) -> ConvReLU:
        """Make one of a convolution, whose weights it shares."""
        fused = copy.copy(conv)
        fused.__class__ = cls
        return cast(ConvReLU, fused)

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        """Convolve, add and rectify.

        Args:
            x (Tensor): Feature maps, [B, C, H, W].
            other (Tensor, optional): What is added before ReLU,
                [B, C', H', W']. Defaults to None, nothing.

        Returns:
            Tensor: Feature maps, [B, C', H', W'].
        """
        padding = cast('tuple[int, ...]', self.padding)
        how = (self.stride, padding, self.dilation, self.groups)
        return convolve_and_rectify(x, self.weight, self.bias, *how, other)


def convolve_and_rectify(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0),
    dilation: Sequence[int] = (1, 1),
    groups: int = 1,
    other: Tensor | None = None,
) -> Tensor:
    """Convolve, add and rectify; without records for autograd on a GPU.

    Args:
        x (Tensor): Feature maps, [B, C, H, W].
        weight (Tensor): Weights, [C', C, h, w].
        bias (Tensor, optional): Bias, [C'].
        stride (Sequence[int]): As in ``F.conv2d``, like the following three.
        padding (Sequence[int]): Zeros at each side.
        dilation (Sequence[int]): Distance of the weights.
        groups (int): Groups of channels.
        other (Tensor, optional): What is added before ReLU, [B, C', H', W'].
            Defaults to None, nothing.

    Returns:
        Tensor: Feature maps, [B, C', H', W'].
    """
    how = (stride, padding, dilation, groups)
    if not x.is_cuda:
        y = F.conv2d(x, weight, bias, *how)
        return F.relu_(y if other is None else y.add_(other))
    # Autocast does not know these functions.
    x = x.to(weight.dtype)
    if other is None:
        return torch.cudnn_convolution_relu(x, weight, bias, *how)
    other = other.to(x.dtype)
    return torch.cudnn_convolution_add_relu(x, weight, other, 1, bias, *how)


@torch.no_grad()
def fuse_convolutions(
    model: nn.Module, names: tuple[str, ...], run: Callable[[], Tensor]
) -> int:
    """Let convolutions do the addition and the ReLU that follow them.

    Args:
        model (nn.Module): A model in evaluation mode, without BatchNorm
            between convolutions and ReLU; changed in place.
        names (tuple[str, ...]): Names of its layers; those are changed whose
            forward pass can be traced. A layer takes and returns one tensor.
        run (Callable[[], Tensor]): Runs the model, always on the same input.
            Where the model then computes something else, nothing is changed.

    Returns:
        int: How many ReLU are done by convolutions.
    """
    expected = run()
    before = {name: model.get_submodule(name) for name in names}
    count = 0
    for name, layer in before.items():
        fused, number = _fuse(layer)
        replace_module(model, name, fused)
        count += number
    if count and computes(run, expected):
        return count
    for name, layer in before.items():
        replace_module(model, name, layer)
    return 0


class _Tracer(fx.Tracer):
    """Does not look into convolutions, such as mmcv's."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d) or super().is_leaf_module(
            m, module_qualified_name
        )


def _fuse(layer: nn.Module) -> tuple[nn.Module, int]:
    """The layer with fused convolutions, and how many there are."""
    try:
        graph = _Tracer().trace(layer)
    # Whatever the code of a network does that cannot be traced.
    except Exception:
        return layer, 0
    modules: dict[Any, Any] = dict(layer.named_modules())
    for node in [*graph.nodes]:
        if _calls(node, modules, nn.Identity):
            node.replace_all_uses_with(node.args[0])
            graph.erase_node(node)
    count = 0
    for relu in [*graph.nodes]:
        if not _calls(relu, modules, nn.ReLU, RELUS, RELU_METHODS):
            continue
        summands, sums = _summands(relu.args[0], modules)
        # The later one if both are convolutions: the other's output is added.
        convs = [x for x in summands if _can_fuse(x, modules)]
        if not convs:
            continue
        conv = max(convs, key=[*graph.nodes].index)
        rest = [x for x in summands if x is not conv]
        name = str(conv.target)
        modules[name] = ConvReLU.of(modules[name])
        for other in rest:
            if _can_fuse(other, modules):
                _give_bias(modules, str(other.target), name)
        with graph.inserting_before(relu):
            fused = graph.call_module(name, (conv.args[0], *rest))
        relu.replace_all_uses_with(fused)
        for node in (relu, *sums, conv):
            graph.erase_node(node)
        count += 1
    if not count:
        return layer, 0
    # By name, so that the layer itself stays as it is.
    parts = {
        node.target: modules[node.target]
        if node.op == 'call_module'
        else attrgetter(node.target)(layer)
        for node in graph.nodes
        if node.op in ('call_module', 'get_attr')
    }
    return fx.GraphModule(parts, graph).eval(), count


def _give_bias(modules: dict[Any, Any], giver: str, taker: str) -> None:
    """Let a convolution do the bias of one whose output is added to its.

    PyTorch adds it in a pass of its own.
    """
    if modules[giver].bias is None or modules[taker].bias is None:
        return
    modules[giver], modules[taker] = map(
        copy.copy, (modules[giver], modules[taker])
    )
    bias = modules[giver].bias + modules[taker].bias
    # Of the copies: a copy shares the dictionary of parameters.
    for name, value in ((giver, None), (taker, nn.Parameter(bias))):
        modules[name]._parameters = {
            **modules[name]._parameters,
            'bias': value,
        }


def _summands(
    node: Any, modules: dict[Any, nn.Module]
) -> tuple[list[fx.Node], list[fx.Node]]:
    """What a ReLU takes: feature maps that are added, and the additions."""
    if (
        _calls(node, modules, (), ADDITIONS, ADDITION_METHODS)
        and len(node.users) == 1
        and len(node.args) == 2
        and not node.kwargs
        and all(isinstance(x, fx.Node) for x in node.args)
    ):
        return [*node.args], [node]
    return [node], []


def _can_fuse(node: fx.Node, modules: dict[Any, nn.Module]) -> bool:
    """Whether it is a convolution that nothing else takes the output of."""
    if node.op != 'call_module' or len(node.users) > 1:
        return False
    conv = modules[node.target]
    return (
        isinstance(conv, nn.Conv2d)
        and conv.padding_mode == 'zeros'
        and not isinstance(conv.padding, str)
        and len([x for x in node.graph.nodes if x.target == node.target]) == 1
    )


def _calls(
    node: fx.Node,
    modules: dict[Any, nn.Module],
    kind: type | tuple,
    functions: tuple = (),
    methods: tuple = (),
) -> bool:
    """Whether a node calls such a module, function or method."""
    if node.op == 'call_module':
        return isinstance(modules[node.target], kind)
    if node.op == 'call_function':
        return node.target in functions
    return node.op == 'call_method' and node.target in methods

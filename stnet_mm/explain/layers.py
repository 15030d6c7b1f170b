"""The layers of a recognizer that maps can be made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import Tensor, nn

from ..errors import StNetInputError
from ..utils.nearest import related

# The last feature maps, whatever the trunk.
DEFAULT_LAYER = 'backbone'
# How many names deep to list layers: down to ``backbone.layer4.1``.
DEPTH = 3


class LayerInfo(NamedTuple):
    """A layer that outputs feature maps.

    Attributes:
        name (str): Its name in the model.
        kind (str): Its class.
        shape (tuple[int, ...]): Of its output: images x channels x height x
            width, or with the time before the height for 3-D networks.
    """

    name: str
    kind: str
    shape: tuple[int, ...]


def has_maps(output: object) -> bool:
    """Whether a layer's output is feature maps, of images or of a clip."""
    return isinstance(output, Tensor) and output.ndim in (4, 5)


def find_layer(model: nn.Module, name: str) -> nn.Module:
    """A layer by its name.

    Args:
        model (nn.Module): The model.
        name (str): Names of modules with dots, or with slashes as
            MMAction2's ``GradCAM`` wants them.

    Returns:
        nn.Module: The layer.

    Raises:
        StNetInputError: If there is none; lists those with a like name.
    """
    modules = {key: value for key, value in model.named_modules() if key}
    dotted = name.replace('/', '.')
    if dotted in modules:
        return modules[dotted]
    near = related(dotted, modules)
    parts = ', '.join(key for key, _ in model.named_children())
    raise StNetInputError(
        f'the model has no layer {name!r}: '
        + (f'did you mean {", ".join(near)}?' if near else f'it has {parts}')
    )


def list_layers(
    model: nn.Module, run: Callable[[], object]
) -> list[LayerInfo]:
    """List the layers of the backbone that maps can be made of.

    Args:
        model (nn.Module): The model.
        run (Callable[[], object]): Runs the model once.

    Returns:
        list[LayerInfo]: The layers down to ``backbone.layer4.1``, in the
        order in which they are used.
    """
    found = {}

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, args: tuple, output: Any) -> None:
            if has_maps(output):
                kind, shape = type(module).__name__, tuple(output.shape)
                found[name] = LayerInfo(name, kind, shape)

        return hook

    handles = [
        module.register_forward_hook(keep(name))
        for name, module in model.named_modules()
        if name.startswith(DEFAULT_LAYER) and name.count('.') < DEPTH
    ]
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return list(found.values())

"""Grad-CAM maps of MMAction2's recognizers, a map for each super-image."""

from __future__ import annotations

import difflib
from typing import NamedTuple

import torch
from mmaction.models.recognizers import Recognizer3D
from mmaction.models.recognizers.base import BaseRecognizer
from torch import Tensor, nn

from ..errors import StNetInputError


class Explanation(NamedTuple):
    """What a recognizer looked at.

    Attributes:
        maps (Tensor): Not negative and not normalised, [B, S, h, w]. S is the
            number of images that the layer sees of a video: T super-images,
            each of N frames; or the frames; or the time steps of a 3-D
            network.
        logits (Tensor): Of each video, [B, num_classes].
    """

    maps: Tensor
    logits: Tensor


class GradCAMMaps:
    """Computes Grad-CAM maps (Selvaraju et al., ICCV 2017).

    A channel's weight is the mean of the class's gradient over one image of
    the video, as in MMAction2's ``GradCAM``. Unlike there, maps stay with
    their super-image instead of being blended in time; layers whose output is
    changed in place can be used; and nothing is left behind in the model, no
    hook and no gradient.

    Args:
        model (BaseRecognizer): A recognizer of 2-D or 3-D networks. It sees
            each video in one view.
        layer (str): Name of a layer that puts out feature maps, such as
            ``'backbone.layer4'``.

    Raises:
        StNetInputError: If there is no such layer.
    """

    def __init__(self, model: BaseRecognizer, layer: str) -> None:
        self.model = model.eval()
        self.layer = layer
        self._module = find_layer(model, layer)
        self._features: Tensor | None = None

    def __call__(
        self, data: dict, classes: Tensor | None = None
    ) -> Explanation:
        """Compute the maps of a batch.

        Args:
            data (dict): A batch of a data loader.
            classes (Tensor, optional): The class to explain for each video,
                [B]. Defaults to None, the one with the highest logit.

        Returns:
            Explanation: Maps and logits.

        Raises:
            StNetInputError: If the layer was not used, puts out no feature
                maps, or a video has several views.
        """
        data = self.model.data_preprocessor(data, False)
        handle = self._module.register_forward_hook(self._keep)
        try:
            with torch.enable_grad():
                logits, _ = self.model.extract_feat(
                    data['inputs'],
                    stage='head',
                    data_samples=data['data_samples'],
                    # In testing, Recognizer3D leaves out its head here.
                    test_mode=not isinstance(self.model, Recognizer3D),
                )
                videos, features = len(data['data_samples']), self._features
                self._check(features, logits, videos)
                if classes is None:
                    classes = logits.argmax(dim=1)
                chosen = logits.gather(1, classes.to(logits.device)[:, None])
                (gradients,) = torch.autograd.grad(chosen.sum(), features)
        finally:
            handle.remove()
            self._features = None
        features, gradients = (
            _by_image(x.detach(), videos) for x in (features, gradients)
        )
        # [B, S, C, 1, 1]
        weights = gradients.mean(dim=(3, 4), keepdim=True)
        # [B, S, C, h, w] -> [B, S, h, w]
        maps = (weights * features).sum(dim=2).relu()
        return Explanation(maps, logits.detach())

    def _keep(self, module: nn.Module, args: tuple, output: Tensor) -> Tensor:
        if not isinstance(output, Tensor) or output.ndim not in (4, 5):
            raise StNetInputError(
                f'layer {self.layer!r} puts out no feature maps: choose a '
                'layer of the backbone'
            )
        if not output.requires_grad:  # all weights up to here are frozen
            output = output.detach().requires_grad_()
        self._features = output
        # What comes after it may work in place.
        return output.clone()

    def _check(
        self, features: Tensor | None, logits: Tensor, videos: int
    ) -> None:
        if features is None:
            raise StNetInputError(
                f'layer {self.layer!r} was not used for these videos'
            )
        if len(logits) != videos:
            raise StNetInputError(
                f'{len(logits) // videos} views of a video: maps need a '
                'pipeline with one'
            )


def _by_image(x: Tensor, videos: int) -> Tensor:
    """Feature maps of the images of each video, [B, S, C, h, w]."""
    if x.ndim == 5:
        # [B, C, S, h, w] -> [B, S, C, h, w]
        return x.transpose(1, 2)
    # [B*S, C, h, w] -> [B, S, C, h, w]
    return x.unflatten(0, (videos, -1))


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
    near = difflib.get_close_matches(dotted, modules, n=5, cutoff=0.5)
    parts = ', '.join(key for key, _ in model.named_children())
    raise StNetInputError(
        f'the model has no layer {name!r}: '
        + (f'did you mean {", ".join(near)}?' if near else f'it has {parts}')
    )

"""Maps of where a class is found, one for each super-image."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, cast

import torch
from mmaction.models.recognizers import Recognizer3D
from mmaction.models.recognizers.base import BaseRecognizer
from torch import Tensor, nn

from ..errors import StNetInputError
from ..utils.model_state import evaluation_mode, fixed_weights
from .contributions import gradient_times_input, head_contributions
from .explanation import Explanation
from .layers import DEFAULT_LAYER, find_layer, has_maps
from .methods import find_method


class ClassMaps:
    """Computes maps and contributions, by Grad-CAM or a related method.

    Unlike MMAction2's ``GradCAM``, maps stay with their super-image instead
    of being blended in time; layers whose output is changed in place can be
    used; and nothing is left behind in the model: no hook, no gradient, no
    change between training and evaluation mode.
    What comes before the layer runs without autograd, in little memory.

    Args:
        model (BaseRecognizer): A recognizer of 2-D or 3-D networks. It sees
            each video in one view.
        layer (str): Name of a layer that outputs feature maps, such as
            ``'backbone.layer4'``. Defaults to the backbone's output.
        method (str): One of ``METHODS``. Defaults to ``'gradcam'``.

    Raises:
        StNetInputError: If there is no such layer or method, or the method is
            ``'cam'`` and the layer not the backbone.
    """

    def __init__(
        self,
        model: BaseRecognizer,
        layer: str = DEFAULT_LAYER,
        method: str = 'gradcam',
    ) -> None:
        if method == 'cam' and layer != DEFAULT_LAYER:
            raise StNetInputError(
                f'method cam explains the last feature maps, not {layer!r}: '
                'leave the layer out or choose gradcam'
            )
        self.model = model
        self.layer = layer
        self.method = method
        self._module = find_layer(model, layer)
        self._method = find_method(method)
        self._features: Tensor | None = None
        self._last: Tensor | None = None

    def __call__(
        self, data: dict, classes: Tensor | None = None
    ) -> Explanation:
        """Explain one class of each video of a batch.

        Args:
            data (dict): A batch of a data loader.
            classes (Tensor, optional): The class to explain for each video,
                [B]. Defaults to None, the one with the highest logit.

        Returns:
            Explanation: Maps, logits and contributions.

        Raises:
            StNetInputError: As ``of_classes``.
        """
        (best,) = self.of_classes(
            data, 1 if classes is None else classes[:, None]
        )
        return best

    def of_classes(
        self, data: dict, classes: Tensor | int
    ) -> list[Explanation]:
        """Explain several classes of each video in one pass.

        Args:
            data (dict): A batch of a data loader.
            classes (Tensor | int): K classes for each video, [B, K]; or K,
                for those with the highest logits.

        Returns:
            list[Explanation]: K explanations, in this order.

        Raises:
            StNetInputError: If the layer was not used, outputs no feature
                maps, or a video has several views.
        """
        data = self.model.data_preprocessor(data, False)
        with evaluation_mode(self.model):
            try:
                logits = self._forward(data)
                self._check(logits, len(data['data_samples']))
                if isinstance(classes, int):
                    classes = logits.topk(classes, dim=1).indices
                return [
                    self._explain(logits, chosen)
                    for chosen in classes.to(logits.device).unbind(1)
                ]
            finally:
                self._features = self._last = None

    def _forward(self, data: dict) -> Tensor:
        """Logits, [B, num_classes]; autograd starts at the layer."""
        with ExitStack() as stack:
            # Without autograd StNet runs in chunks, and hooks would see
            # these.
            stack.enter_context(torch.enable_grad())
            stack.enter_context(fixed_weights(self.model))
            if _is_recurrent(self.model.cls_head):
                # cuDNN's recurrent layers go backward in training mode only.
                no_cudnn = torch.backends.cudnn.flags(enabled=False)
                stack.enter_context(no_cudnn)
            for module, hook in (
                (self._module, self._keep),
                (self.model.backbone, self._keep_last),
            ):
                handle = module.register_forward_hook(hook)
                stack.callback(handle.remove)
            logits, _ = self.model.extract_feat(
                data['inputs'],
                stage='head',
                data_samples=data['data_samples'],
                # In testing, Recognizer3D leaves out its head here.
                test_mode=not isinstance(self.model, Recognizer3D),
            )
        return logits

    def _keep(self, module: nn.Module, args: tuple, output: Tensor) -> Tensor:
        if not has_maps(output):
            raise StNetInputError(
                f'layer {self.layer!r} outputs no feature maps: choose a '
                'layer of the backbone'
            )
        self._features = output.detach().requires_grad_()
        # What comes after it may work in place.
        return self._features.clone()

    def _keep_last(self, module: nn.Module, args: tuple, output: Any) -> Any:
        if not has_maps(output) or not output.requires_grad:
            return output  # several feature maps, or the layer comes later
        self._last = output
        return output.clone()

    def _check(self, logits: Tensor, videos: int) -> None:
        if self._features is None:
            raise StNetInputError(
                f'layer {self.layer!r} was not used for these videos'
            )
        if len(logits) != videos:
            raise StNetInputError(
                f'{len(logits) // videos} views of a video: maps need a '
                'pipeline with one'
            )

    def _explain(self, logits: Tensor, classes: Tensor) -> Explanation:
        """Explain a class of each video, [B]."""
        # The features are there, as `_check` found.
        features, last = cast(Tensor, self._features), self._last
        wanted = [features] if last is None else [features, last]
        with torch.enable_grad():
            logit = logits.gather(1, classes[:, None]).sum()
        gradients = torch.autograd.grad(logit, wanted, retain_graph=True)
        videos = len(logits)
        with torch.no_grad():
            x, dx = (_by_image(t, videos) for t in (features, gradients[0]))
            # [B, S, C, h, w] -> [B*S, C, h, w] -> [B*S, h, w] -> [B, S, h, w]
            maps = self._method(x.flatten(0, 1), dx.flatten(0, 1)).relu()
            maps = maps.unflatten(0, x.shape[:2])
            by_gradient = by_head = None
            if last is not None:
                last = _by_image(last, videos)
                by_gradient = gradient_times_input(
                    last, _by_image(gradients[1], videos)
                )
                head = self.model.cls_head
                by_head = head_contributions(head, last, classes)
        return Explanation(
            maps, logits.detach(), classes, by_gradient, by_head
        )


def _is_recurrent(head: nn.Module) -> bool:
    return any(isinstance(m, nn.RNNBase) for m in head.modules())


def _by_image(x: Tensor, videos: int) -> Tensor:
    """Feature maps of the images of each video, [B, S, C, h, w]."""
    if x.ndim == 5:
        # [B, C, S, h, w] -> [B, S, C, h, w]
        return x.transpose(1, 2)
    # [B*S, C, h, w] -> [B, S, C, h, w]
    return x.unflatten(0, (videos, -1))

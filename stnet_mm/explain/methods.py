"""How features and gradients of a layer become a map."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor

from ..errors import StNetInputError

# Those of pytorch-grad-cam that need features and gradients only.
LIBRARY = {
    'gradcam++': 'GradCAMPlusPlus',
    'xgradcam': 'XGradCAM',
    'layercam': 'LayerCAM',
    'hirescam': 'HiResCAM',
}
METHODS = ('gradcam', 'cam', *LIBRARY)

MapMethod = Callable[[Tensor, Tensor], Tensor]


def find_method(name: str) -> MapMethod:
    """A method by its name.

    Args:
        name (str): ``'gradcam'`` (Selvaraju et al., ICCV 2017), ``'cam'``
            (Zhou et al., CVPR 2016, see ``class_activation_map``), or one of
            pytorch-grad-cam: ``'gradcam++'``, ``'xgradcam'``, ``'layercam'``
            or ``'hirescam'``.

    Returns:
        MapMethod: Makes maps [I, h, w] of the features and gradients of I
        images, both [I, C, h, w].

    Raises:
        StNetInputError: If there is no such method.
        ImportError: If it is one of pytorch-grad-cam, which is missing.
    """
    if name == 'gradcam':
        return grad_cam
    if name == 'cam':
        return class_activation_map
    if name not in LIBRARY:
        raise StNetInputError(
            f'unknown method {name!r}: choose one of {", ".join(METHODS)}'
        )
    try:
        import pytorch_grad_cam
    except ImportError as error:
        raise ImportError(
            f'method {name!r} needs pytorch-grad-cam: pip install grad-cam'
        ) from error
    # It would run a model of images by itself; only its formula serves here.
    formula = getattr(pytorch_grad_cam, LIBRARY[name])(
        torch.nn.Linear(1, 1), target_layers=[]
    )

    def method(features: Tensor, gradients: Tensor) -> Tensor:
        arrays = (x.float().cpu().numpy() for x in (features, gradients))
        maps = formula.get_cam_image(None, None, None, *arrays, False)
        return torch.from_numpy(maps).to(features.device)

    return method


def grad_cam(features: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM: channels weighted with the mean of their gradient.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w].
    """
    weights = gradients.mean(dim=(2, 3), keepdim=True)  # [I, C, 1, 1]
    return (weights * features).sum(dim=1)


def class_activation_map(features: Tensor, gradients: Tensor) -> Tensor:
    """CAM: how much of the logit each place contributes.

    Behind an average pool and a linear classifier the gradient is the
    classifier's weight, as in the paper. StNet's head has a temporal Xception
    block and a maximum in between. They are linear wherever no ReLU and no
    maximum switches, so that gradient times feature still sums to the logit
    less what biases add.

    Args:
        features (Tensor): The last feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w]. Their sum over all images of a video is its
        logit less the biases.
    """
    return (features * gradients).sum(dim=1)

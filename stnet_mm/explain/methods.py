"""How features and gradients of a layer become a map.

Every method takes the features and a class's gradient of I images, both
[I, C, h, w], and returns maps [I, h, w], whose negative values do not count.
"""

from __future__ import annotations

from typing import Callable

from torch import Tensor

from ..errors import check_choice

MapMethod = Callable[[Tensor, Tensor], Tensor]


def grad_cam(features: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM (Selvaraju et al., ICCV 2017).

    A channel's weight is the mean of its gradient.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w].
    """
    weights = gradients.mean(dim=(2, 3), keepdim=True)  # [I, C, 1, 1]
    return (weights * features).sum(dim=1)


def grad_cam_plus_plus(features: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM++ (Chattopadhay et al., WACV 2018).

    A channel's weight is the sum of its positive gradients ``g``, each times
    ``g^2 / (2 g^2 + sum(A) g^3) = 1 / (2 + sum(A) g)``, equation 19 of the
    paper for the exponential of the logit; ``A`` is the channel.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w].
    """
    sums = features.sum(dim=(2, 3), keepdim=True)  # [I, C, 1, 1]
    alphas = _divide(gradients.relu(), 2 + sums * gradients)
    weights = alphas.sum(dim=(2, 3), keepdim=True)  # [I, C, 1, 1]
    return (weights * features).sum(dim=1)


def xgrad_cam(features: Tensor, gradients: Tensor) -> Tensor:
    """XGrad-CAM (Fu et al., BMVC 2020).

    A channel's weight is the mean of its gradient, in which a place counts
    in proportion to its feature.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w].
    """
    products = (features * gradients).sum(dim=(2, 3), keepdim=True)
    sums = features.sum(dim=(2, 3), keepdim=True)  # both [I, C, 1, 1]
    return (_divide(products, sums) * features).sum(dim=1)


def layer_cam(features: Tensor, gradients: Tensor) -> Tensor:
    """Layer-CAM (Jiang et al., IEEE TIP 2021).

    Every place of a channel is weighted with its own gradient if that is
    positive.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w].
    """
    return (gradients.relu() * features).sum(dim=1)


def hires_cam(features: Tensor, gradients: Tensor) -> Tensor:
    """HiResCAM (Draelos and Carin, arXiv 2011.08891, 2020).

    Every place of a channel is weighted with its own gradient. At the last
    feature maps before an average pool and a linear classifier this is CAM
    (Zhou et al., CVPR 2016) divided by the number of places: the gradient is
    the classifier's weight there. StNet's head has a temporal Xception block
    and a maximum in between. They are linear wherever no ReLU and no maximum
    switches, so that gradient times feature still sums to the logit less what
    biases add.

    Args:
        features (Tensor): Feature maps, [I, C, h, w].
        gradients (Tensor): The class's gradient, [I, C, h, w].

    Returns:
        Tensor: Maps, [I, h, w]. Made of the last feature maps, their sum over
        all images of a video is its logit less the biases.
    """
    return (features * gradients).sum(dim=1)


def _divide(values: Tensor, by: Tensor) -> Tensor:
    """Divide; 0 where the divisor is 0."""
    zero = by == 0
    return (values / by.masked_fill(zero, 1)).masked_fill(zero, 0)


# Its name at the last feature maps.
class_activation_map = hires_cam

# The first is the default. 'cam' is for the last feature maps only.
METHODS: dict[str, MapMethod] = {
    'gradcam': grad_cam,
    'cam': class_activation_map,
    'gradcam++': grad_cam_plus_plus,
    'xgradcam': xgrad_cam,
    'layercam': layer_cam,
    'hirescam': hires_cam,
}


def find_method(name: str) -> MapMethod:
    """A method by its name.

    Args:
        name (str): ``'gradcam'``, ``'gradcam++'``, ``'xgradcam'``,
            ``'layercam'``, ``'hirescam'``, or ``'cam'``, which is
            ``'hirescam'`` at the last feature maps.

    Returns:
        MapMethod: Makes maps [I, h, w] of the features and gradients of I
        images, both [I, C, h, w].

    Raises:
        StNetInputError: If there is no such method.
    """
    check_choice('method', name, METHODS)
    return METHODS[name]

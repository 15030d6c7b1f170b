"""Temperature scaling: probabilities as high as the accuracy.

Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn.functional import nll_loss

from ..errors import StNetInputError

# Between these the temperature is looked for.
LOWEST, HIGHEST = 1e-2, 1e2
# What is thought likely of its logarithm before any video: 0 with this
# standard deviation. Any number of mistakes outweighs it soon.
DEVIATION = 1.0
# The last layer of MMAction2's heads, and of ours.
CLASSIFIER = 'cls_head.fc_cls'


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """Find the most likely temperature, given the classes of videos.

    Without a mistake among them, the likelihood alone would grow with lower
    temperatures for ever, and the network be declared infallible. So a weak
    prior, log-normal around 1, goes with it.

    Args:
        logits (Tensor): Of the views of videos that it was not trained with,
            [n, V, classes].
        labels (Tensor): Their classes, [n].

    Returns:
        float: The temperature, in [0.01, 100]; logits are to be divided by
        it.
    """
    logits = logits.double()

    def loss(log_temperature: float) -> float:
        views = (logits / math.exp(log_temperature)).log_softmax(dim=-1)
        # [n, V, classes] -> [n, classes]: the mean over views of the
        # probabilities, but for a factor.
        mean = views.logsumexp(dim=1)
        prior = (log_temperature / DEVIATION) ** 2 / 2
        return float(nll_loss(mean, labels, reduction='sum')) + prior

    bounds = math.log(LOWEST), math.log(HIGHEST)
    return math.exp(minimize_scalar(loss, bounds=bounds, method='bounded').x)


def scale_classifier(
    state: Mapping[str, Tensor], temperature: float
) -> dict[str, Tensor]:
    """Divide the logits of a network, by the weights of its classifier.

    So every program that takes the weights gives the same probabilities.

    Args:
        state (Mapping[str, Tensor]): Its state dict.
        temperature (float): By what.

    Returns:
        dict[str, Tensor]: The new state dict.

    Raises:
        StNetInputError: If the last layer has another name than in
            MMAction2's heads.
    """
    names = [name for name in state if name.startswith(f'{CLASSIFIER}.')]
    if f'{CLASSIFIER}.weight' not in names:
        raise StNetInputError(
            f'it has no {CLASSIFIER}, by whose weights the temperature is '
            'applied: only heads with such a classifier can be calibrated'
        )
    scaled = {name: state[name] / temperature for name in names}
    return {**state, **scaled}

"""Formulas of maps, beside those of pytorch-grad-cam and by hand."""

import pytest
import torch

from stnet_mm.errors import StNetInputError
from stnet_mm.explain import METHODS
from stnet_mm.explain.methods import find_method

LIBRARY = {
    'gradcam': 'GradCAM',
    'gradcam++': 'GradCAMPlusPlus',
    'xgradcam': 'XGradCAM',
    'layercam': 'LayerCAM',
    'hirescam': 'HiResCAM',
}


@pytest.mark.parametrize('name', LIBRARY)
def test_formulas_of_the_library(name):
    library = pytest.importorskip('pytorch_grad_cam')
    # It would run a model of images by itself; here its formula is enough.
    formula = getattr(library, LIBRARY[name])(
        torch.nn.Linear(1, 1), target_layers=[]
    )
    torch.manual_seed(0)
    features = torch.randn(3, 8, 5, 6).relu()
    features[1, 2] = 0  # a channel that is off
    gradients = torch.randn(3, 8, 5, 6)
    if name == 'gradcam++':
        # Far from where 2 + sum * gradient is 0.
        gradients = gradients.abs() + 0.1
        gradients[:, 3] = 0
    expected = formula.get_cam_image(
        None, None, None, features.numpy(), gradients.numpy(), False
    )
    found = find_method(name)(features, gradients)
    torch.testing.assert_close(
        found, torch.from_numpy(expected).float(), rtol=1e-3, atol=1e-4
    )


def test_formulas_by_hand():
    """One image, one channel, two places."""
    features = torch.tensor([[[[1.0, 3.0]]]])
    gradients = torch.tensor([[[[2.0, -1.0]]]])
    by_hand = {
        # The mean of the gradient, 0.5, times the features.
        'gradcam': [0.5, 1.5],
        # 2 / (2 + 4 * 2) = 0.2; the negative gradient is left out.
        'gradcam++': [0.2, 0.6],
        # (1 * 2 + 3 * -1) / 4.
        'xgradcam': [-0.25, -0.75],
        'layercam': [2, 0],
        'hirescam': [2, -3],
        'cam': [2, -3],
    }
    assert by_hand.keys() == METHODS.keys()
    for name, expected in by_hand.items():
        found = find_method(name)(features, gradients)
        assert found.tolist() == [[pytest.approx(expected)]], name


def test_hirescam_is_cam_behind_an_average_and_a_linear_classifier():
    """As defined by Zhou et al.: the classifier's weights times features."""
    torch.manual_seed(0)
    features = torch.rand(2, 8, 5, 6, requires_grad=True)
    classifier = torch.nn.Linear(8, 3)
    logits = classifier(features.mean(dim=(2, 3)))[:, 1]
    (gradients,) = torch.autograd.grad(logits.sum(), features)
    with torch.no_grad():
        weight, bias = classifier.weight[1], classifier.bias[1]
        cam = (weight[:, None, None] * features).sum(dim=1)
        for name in ('cam', 'hirescam'):
            maps = find_method(name)(features, gradients)
            torch.testing.assert_close(maps, cam / (5 * 6))
            torch.testing.assert_close(maps.sum(dim=(1, 2)) + bias, logits)


@pytest.mark.parametrize('name', METHODS)
def test_scale_of_the_gradient(name):
    """Maps are as clear where gradients are tiny, as in deep networks."""
    torch.manual_seed(0)
    features = torch.rand(2, 4, 5, 5)
    gradients = torch.randn(2, 4, 5, 5)
    scale = 1e-12
    if name == 'gradcam++':  # it has the scale in the formula: its limit
        gradients *= 1e-6
    large, small = (
        find_method(name)(features, gradients * factor)
        for factor in (1, scale)
    )
    torch.testing.assert_close(small / scale, large, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize('name', METHODS)
def test_nothing_gives_nothing(name):
    nothing = torch.zeros(1, 2, 3, 3)
    assert (find_method(name)(nothing, nothing) == 0).all()
    # The divisor of Grad-CAM++ is 0 here.
    found = find_method(name)(torch.ones(1, 1, 1, 2), -torch.ones(1, 1, 1, 2))
    assert torch.isfinite(found).all()


def test_unknown():
    with pytest.raises(StNetInputError, match="method 'camera'.*'hirescam'"):
        find_method('camera')

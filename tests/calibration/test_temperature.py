import math

import pytest
import torch

from stnet_mm.calibration import fit_temperature, scale_classifier
from stnet_mm.errors import StNetInputError


def drawn(temperature: float, videos: int, views: int = 1):
    """Logits, and labels that fall as likely as these say."""
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(videos, views, 5, generator=generator)
    likely = (logits / temperature).softmax(dim=-1).mean(dim=1)
    labels = torch.multinomial(likely, 1, generator=generator)[:, 0]
    return logits, labels


@pytest.mark.parametrize('views', [1, 3])
@pytest.mark.parametrize('temperature', [0.5, 1.0, 2.5])
def test_the_right_one_is_found(temperature, views):
    logits, labels = drawn(temperature, 20_000, views)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(temperature, rel=0.05)


def test_without_a_mistake_it_stays_reasonable():
    labels = torch.arange(40) % 5
    logits = 6 * torch.nn.functional.one_hot(labels, 5).float()[:, None]
    found = fit_temperature(logits, labels)
    # 40 right answers do not tell 99 % from certainty.
    assert 0.4 < found < 1
    assert fit_temperature(logits[:1], labels[:1]) == pytest.approx(1, abs=0.1)


def test_the_prior_is_outweighed():
    logits, labels = drawn(4.0, 400)
    assert fit_temperature(logits, labels) == pytest.approx(4, rel=0.3)
    assert math.isfinite(fit_temperature(0 * logits, labels))


def test_scaled_weights_divide_the_logits():
    fc = torch.nn.Linear(8, 5)
    state = {f'cls_head.fc_cls.{k}': v for k, v in fc.state_dict().items()}
    state['backbone.conv1.weight'] = torch.ones(1)
    scaled = scale_classifier(state, 2.5)
    assert scaled['backbone.conv1.weight'] == 1
    x = torch.randn(3, 8)
    expected = fc(x) / 2.5
    fc.weight.data = scaled['cls_head.fc_cls.weight']
    fc.bias.data = scaled['cls_head.fc_cls.bias']
    torch.testing.assert_close(fc(x), expected)
    with pytest.raises(StNetInputError, match='it has no cls_head.fc_cls'):
        scale_classifier({'cls_head.fc.weight': torch.ones(1)}, 2.0)

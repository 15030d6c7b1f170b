import pytest
import torch
from torch import nn

from stnet_mm.utils.model_state import evaluation_mode, fixed_weights


def model_with_a_frozen_part():
    model = nn.Sequential(nn.Dropout(), nn.Sequential(nn.Dropout()))
    model.train()
    model[1].eval()
    return model


def test_every_module_gets_its_mode_back():
    model = model_with_a_frozen_part()
    before = [module.training for module in model.modules()]
    assert before == [True, True, False, False]
    with evaluation_mode(model):
        assert not any(module.training for module in model.modules())
    assert [module.training for module in model.modules()] == before
    with pytest.raises(KeyError), evaluation_mode(model):
        raise KeyError
    assert [module.training for module in model.modules()] == before


def test_fixed_weights():
    model = nn.Linear(2, 1)
    model.bias.requires_grad_(False)
    x = torch.ones(2, requires_grad=True)
    with fixed_weights(model):
        model(x).backward()
    assert x.grad is not None
    assert model.weight.grad is None
    assert model.weight.requires_grad
    assert not model.bias.requires_grad

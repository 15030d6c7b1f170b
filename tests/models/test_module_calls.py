import pytest
import torch
from torch import nn

from stnet_mm.models.module_calls import record_module_calls


class Nested(nn.Module):
    """A module in a module, one that runs twice, one that works in place."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Identity())
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.body(self.body(x)))


def test_calls_in_their_order():
    model = Nested()
    x = torch.rand(1, 3, 2, 2)
    with record_module_calls(model) as calls:
        y = model(x)
    body = ['body', 'body.0', 'body.1']
    assert [call.name for call in calls] == [*body, *body, 'relu']
    assert [call.end for call in calls] == [3, 2, 3, 6, 5, 6, 7]
    first, second, relu = calls[0], calls[3], calls[6]
    assert first.input is x
    assert first.output is second.input
    assert first.output_state == second.input_state
    # In place: the same tensor, but not the same values.
    assert relu.input is relu.output is y
    assert relu.input_state == second.output_state
    assert relu.input_state != relu.output_state
    model(x)
    assert len(calls) == 7


def test_only_what_is_wanted():
    model = Nested()
    with record_module_calls(
        model, lambda module: isinstance(module, nn.Conv2d)
    ) as calls:
        model(torch.rand(1, 3, 2, 2))
    assert [call.name for call in calls] == ['body.0', 'body.0']


def test_no_hook_is_left():
    model = Nested()
    with pytest.raises(RuntimeError), record_module_calls(model):
        model(torch.rand(1, 5, 2, 2))
    for module in model.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks

"""StNet's numbers against the authors' network."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from ..data.authors_network.deterministic_weights import (
    CASES,
    sample_positions,
)
from .authors_network import (
    authors_stnet,
    build_stnet,
    case_input,
    our_name,
    our_tensor,
    param_table,
    read_facts,
)


def relative_error(ours, theirs) -> float:
    """Largest difference, relative to the largest value."""
    theirs = torch.as_tensor(theirs).double()
    ours = ours.detach().double().reshape(theirs.shape)
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


def names_under(prefix: str, facts: dict) -> list:
    """Parameters of which the facts have this figure."""
    parts = [name.split('/', 1) for name in facts if '/' in name]
    return [name for first, name in parts if first == prefix]


def intermediates(model) -> dict:
    """Hook what the authors' files list; filled by a forward pass."""
    found = {}

    def keep(name):
        def hook(module, inputs, output):
            found[name] = output

        return hook

    backbone, txb = model.backbone, model.cls_head.txb
    for name, module in {
        'conv1_bn_relu': backbone.conv1,
        'res3': backbone.layer2,
        'tmb1': backbone.temporal_blocks.layer2,
        'res4': backbone.layer3,
        'tmb2': backbone.temporal_blocks.layer3,
        'txb_seq': txb,
    }.items():
        module.register_forward_hook(keep(name))
    backbone.register_forward_hook(
        lambda m, i, out: found.update(res5_pooled=out.mean(dim=(2, 3)))
    )
    model.cls_head.fc_cls.register_forward_hook(
        lambda m, inputs, out: found.update(txb_pooled=inputs[0], logits=out)
    )
    return found


@pytest.mark.parametrize('case', CASES)
def test_inference(case):
    settings, frames = case_input(case)
    model = authors_stnet(settings['layers'], settings['N'])
    found = intermediates(model)
    with torch.no_grad():
        model.extract_feat(frames, stage='head', test_mode=True)
    facts = read_facts(case)
    found['softmax'] = found['logits'].softmax(dim=1)
    assert found.keys() == {name.split('.')[0] for name in facts}
    for name, ours in found.items():
        if name in facts:
            assert relative_error(ours, facts[name]) <= 1e-5, name
            continue
        assert list(ours.shape) == facts[f'{name}.shape'].tolist()
        sampled = ours.flatten()[sample_positions(ours.numel())]
        assert relative_error(sampled, facts[f'{name}.sample']) <= 1e-5, name

    model.double()
    with torch.no_grad():
        model.extract_feat(frames.double(), stage='head', test_mode=True)
    found['softmax'] = found['logits'].softmax(dim=1)
    for name, theirs in read_facts(f'{case}_f64').items():
        assert relative_error(found[name], theirs) <= 1e-9, name


def test_training_step():
    settings, frames = case_input('A2')
    model = authors_stnet(settings['layers'], settings['N']).double().train()
    logits, _ = model.extract_feat(frames.double(), stage='head')
    loss = F.cross_entropy(logits, torch.tensor([3, 250]))
    loss.backward()

    facts = read_facts('grad64_A2')
    assert abs(loss.item() - facts['loss']) <= 1e-9
    assert relative_error(logits.softmax(dim=1), facts['softmax']) <= 1e-9
    table = param_table(50)
    parameters = dict(model.named_parameters())
    trainable = names_under('grad_norm', facts)
    assert {our_name(n, table) for n in trainable} == parameters.keys()
    for name in trainable:
        grad = parameters[our_name(name, table)].grad
        norm = facts[f'grad_norm/{name}']
        # A shift before a BN has no effect: such gradients are rounding.
        tolerance = 1e-6 * norm + 1e-12
        assert abs(grad.norm().item() - norm) <= tolerance, name
        # Their layout of the classifier is the transpose of ours.
        flat = (grad.T if name == 'fc_0.w_0' else grad).flatten()
        ours = flat[sample_positions(len(flat), 64)].numpy()
        theirs = facts[f'grad64/{name}']
        assert np.abs(ours - theirs).max() <= tolerance, name

    state = model.state_dict()
    means = names_under('running', facts)
    wanted = {name for name in state if name.endswith('running_mean')}
    assert {our_name(name, table) for name in means} == wanted
    for name in means:
        ours = state[our_name(name, table)]
        theirs = our_tensor(name, facts[f'running/{name}'])
        # Theirs are kept by a momentum of 0.9 in float32.
        assert relative_error(ours, theirs) <= 1e-6, name


@pytest.mark.parametrize(
    ('depth', 'count'),
    [(50, 33_158_864), (101, 52_150_992), (152, 67_775_824)],
)
def test_parameters(depth, count):
    table = param_table(depth)
    # N = 5 at depth 50 and 101; the table and count of 152 are for N = 3.
    num_frames = table['conv1_weights'][1] // 3
    model = build_stnet(depth, num_frames)
    assert sum(p.numel() for p in model.parameters()) == count
    wanted = {our_name(name, table) for name in table}
    ours = {n for n in model.state_dict() if 'num_batches_tracked' not in n}
    assert wanted == ours

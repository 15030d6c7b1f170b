"""StNet's numbers against the authors' network."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from .authors_network import (
    FACTS,
    authors_stnet,
    build_stnet,
    case_input,
    known_cases,
    our_name,
    our_tensor,
    param_table,
    requires_facts,
)


def relative_error(ours, theirs) -> float:
    """Largest difference, relative to the largest value."""
    theirs = torch.as_tensor(theirs).double()
    ours = ours.detach().double().reshape(theirs.shape)
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


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


@requires_facts
@pytest.mark.parametrize('case', known_cases())
def test_inference(case):
    settings, frames = case_input(case)
    model = authors_stnet(settings['layers'], settings['N'])
    found = intermediates(model)
    with torch.no_grad():
        model.extract_feat(frames, stage='head', test_mode=True)
    facts = np.load(FACTS / f'{case}.npz')
    found['softmax'] = found['logits'].softmax(dim=1)
    for name, ours in found.items():
        if name in facts:
            assert relative_error(ours, facts[name]) <= 1e-5, name
        else:
            assert list(ours.shape) == facts[f'{name}.shape'].tolist()
            sampled = ours.flatten()[
                torch.as_tensor(facts[f'{name}.sample_index'])
            ]
            assert relative_error(sampled, facts[f'{name}.sample']) <= 1e-5, (
                name
            )

    exact_file = FACTS / f'{case}_f64.npz'
    if not exact_file.exists():
        return
    model.double()
    with torch.no_grad():
        model.extract_feat(frames.double(), stage='head', test_mode=True)
    exact = np.load(exact_file)
    for name in exact:
        ours = found[name] if name != 'softmax' else found['logits'].softmax(1)
        assert relative_error(ours, exact[name]) <= 1e-9, name


@requires_facts
def test_training_step():
    settings, frames = case_input('A2')
    model = authors_stnet(settings['layers'], settings['N']).double().train()
    logits, _ = model.extract_feat(frames.double(), stage='head')
    loss = F.cross_entropy(logits, torch.tensor([3, 250]))
    loss.backward()

    facts = np.load(FACTS / 'grad64_A2.npz')
    assert abs(loss.item() - facts['loss']) <= 1e-9
    table = param_table(50)
    parameters = dict(model.named_parameters())
    trainable = json.loads(str(facts['trainable_json']))
    assert len(trainable) == len(parameters)
    for name in trainable:
        grad = parameters[our_name(name, table)].grad
        norm = facts[f'grad_norm/{name}']
        # A shift before a BN has no effect: such gradients are rounding.
        tolerance = 1e-6 * norm + 1e-12
        assert abs(grad.norm().item() - norm) <= tolerance, name
        # Their layout of the classifier is the transpose of ours.
        flat = (grad.T if name == 'fc_0.w_0' else grad).flatten()
        index = torch.from_numpy(np.linspace(0, len(flat) - 1, 64).astype(int))
        entries = facts[f'grad64/{name}']
        assert np.abs(flat[index].numpy() - entries).max() <= tolerance, name

    state = model.state_dict()
    means = [
        n
        for n in facts
        if n.startswith('running/') and n.endswith(('_mean', '.w_1'))
    ]
    assert means
    for entry in means:
        name = entry.split('/', 1)[1]
        ours = state[our_name(name, table)]
        # Theirs are kept by a momentum of 0.9 in float32.
        assert relative_error(ours, our_tensor(name, facts[entry])) <= 1e-6


@requires_facts
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

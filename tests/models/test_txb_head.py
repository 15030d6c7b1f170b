import pytest
import torch
import torch.nn.functional as F

from stnet_mm.models.segment_head import clamp_topk

from .tiny import frames, samples, tiny_recognizer

T, N = 2, 3


def test_topk_is_clamped():
    assert clamp_topk((1, 5), 400) == (1, 5)
    assert clamp_topk((1, 5), 3) == (1, 3)
    assert clamp_topk((1, 5), 1) == (1,)
    assert clamp_topk(5, 2) == (2,)
    losses = tiny_recognizer(num_classes=3).loss(
        frames(2, T * N), samples([0, 2])
    )
    assert set(losses) == {'top1_acc', 'top3_acc', 'loss_cls'}


def test_maximum_over_time():
    head = tiny_recognizer().cls_head.eval()
    maps = torch.rand(T, 64, 2, 2)
    # [T, 64, H, W] -> [1, 64, T]
    sequence = head.txb(maps.mean(dim=(2, 3)).T[None])
    wanted = head.fc_cls(sequence.max(dim=2).values)
    assert torch.allclose(head(maps, num_segs=T), wanted, atol=1e-6)


def test_hard_and_soft_labels():
    model = tiny_recognizer().eval()
    x = frames(2, T * N)
    out = model(x, stage='head')
    hard = model.loss(x, samples([1, 4]))['loss_cls']
    assert torch.allclose(hard, F.cross_entropy(out, torch.tensor([1, 4])))
    soft = torch.tensor([[0.5, 0.5, 0, 0, 0, 0], [0, 0, 0, 0, 0.2, 0.8]])
    loss = model.loss(x, samples(list(soft)))['loss_cls']
    assert torch.allclose(loss, F.cross_entropy(out, soft))


def test_label_smoothing():
    model = tiny_recognizer(label_smooth_eps=0.1).eval()
    x = frames(2, T * N)
    out = model(x, stage='head')
    wanted = F.cross_entropy(out, torch.tensor([1, 4]), label_smoothing=0.1)
    assert torch.allclose(model.loss(x, samples([1, 4]))['loss_cls'], wanted)


def test_several_labels():
    model = tiny_recognizer(
        multi_class=True, loss_cls=dict(type='BCELossWithLogits')
    ).eval()
    x = frames(2, T * N)
    labels = torch.tensor([[1.0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]])
    loss = model.loss(x, samples(list(labels)))['loss_cls']
    out = model(x, stage='head')
    wanted = F.binary_cross_entropy_with_logits(out, labels)
    assert torch.allclose(loss, wanted)


@pytest.mark.parametrize('ratio', [0.0, 0.5])
def test_dropout(ratio):
    head = tiny_recognizer(dropout_ratio=ratio).cls_head.eval()
    # BatchNorm in evaluation mode: only dropout can make a difference.
    head.dropout.train()
    maps = torch.rand(T, 64, 2, 2)
    outs = {tuple(head(maps, num_segs=T)[0].tolist()) for _ in range(5)}
    assert (len(outs) > 1) == (ratio > 0)


def test_initialization():
    head = tiny_recognizer(num_classes=400).cls_head
    assert head.fc_cls.weight.abs().max() <= 64**-0.5
    assert head.fc_cls.weight.abs().max() > 0.9 * 64**-0.5
    assert not head.fc_cls.bias.any()
    bound = (6 / 3) ** 0.5
    weight = head.txb.depthwise1.weight
    assert 0.9 * bound < weight.abs().max() <= bound
    assert not head.txb.shortcut.bias.any()

"""MMAction2's GradCAM, unmodified."""

import pytest
import torch
from mmaction.utils import GradCAM

from .tiny import samples, tiny_recognizer, warm_up

T, N = 2, 3


@pytest.mark.parametrize('views', [1, 2])
@pytest.mark.parametrize(
    'layer', ['layer4/1/relu', 'layer2/0/conv1', 'temporal_blocks/layer3']
)
def test_grad_cam(layer, views):
    model = tiny_recognizer(test_cfg=dict(num_segments=T))
    warm_up(model, T * N)
    module = model.get_submodule(f'backbone.{layer}'.replace('/', '.'))
    seen = []

    def keep(module, args, output):
        output.retain_grad()
        seen[:] = output, output.detach().clone()

    module.register_forward_hook(keep)
    cam = GradCAM(model, f'backbone/{layer}')
    images = views * T * N
    inputs = [torch.rand(images, 3, 64, 64) * 255 for _ in range(2)]
    data = dict(inputs=inputs, data_samples=samples([1, 2]))
    blended, scores = cam(data, alpha=1.0)
    assert blended.shape == (2, images, 64, 64, 3)
    assert scores.shape == (2, 6)
    # What it weights are the layer's features, by their own gradients.
    output, features = seen
    assert torch.equal(cam.target_activations, features)
    assert torch.equal(cam.target_gradients, output.grad)
    # The map of each video spans all colors.
    ends = torch.tensor(cam.colormap([0.0, 1.0])[:, :3])
    for video in blended:
        colors = video.reshape(-1, 3)  # [T, H, W, 3] -> [T*H*W, 3]
        distances = (colors[:, None] - ends).abs().amax(dim=2)
        assert distances.amin(dim=0).max() < 1e-6

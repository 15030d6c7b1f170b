"""The network that is exported: from frames as they are read to scores."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from stnet_runtime.contract import Contract

from ..errors import StNetInputError
from ..models.crops import place_crops
from ..models.scores import average_views, energy_score
from ..models.stnet_recognizer import StNetRecognizer


class ExportedNetwork(nn.Module):
    """StNet with its cropping, normalizing, averaging and softmax.

    Crops are gathered by row and column numbers, which depend on the size of
    the frames: exporters would otherwise fix it.

    Args:
        recognizer (StNetRecognizer): The trained model, in evaluation mode.
        contract (Contract): What the network is to take and give.
    """

    def __init__(
        self, recognizer: StNetRecognizer, contract: Contract
    ) -> None:
        super().__init__()
        self.backbone = recognizer.backbone
        self.cls_head = recognizer.cls_head
        self.data_preprocessor = recognizer.data_preprocessor
        self.num_frames = contract.num_frames
        self.crops = contract.crops
        self.crop_size = contract.crop_size
        for parameter in self.parameters():
            parameter.requires_grad_(False)
        self.eval()

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Classify videos.

        Args:
            frames (Tensor): Frames as they are read, [B, T*N, H, W, 3] RGB
                uint8.

        Returns:
            tuple[Tensor, Tensor]: Scores of the classes, [B, num_classes],
            and energy scores, [B].
        """
        batch = frames.shape[0]
        segments = frames.shape[1] // self.num_frames
        views = self.cut_views(frames)
        images = self.super_images(views)
        images = self.data_preprocessor.normalize(images)
        features = self.backbone(images, segments)
        logits = self.cls_head(features, num_segs=segments)
        # [B*V, num_classes] -> [B, V, num_classes]
        logits = logits.reshape(batch, views.shape[1], -1)
        return average_views(self.cls_head, logits), energy_score(logits)

    def cut_views(self, frames: Tensor) -> Tensor:
        """Cut the views out of frames.

        Args:
            frames (Tensor): [B, T*N, H, W, 3].

        Returns:
            Tensor: Views, [B, V, T*N, h, w, 3].
        """
        height, width = frames.shape[2:4]
        views = []
        # The places are whole numbers, or symbols for them.
        for crop in place_crops(self.crops, self.crop_size, height, width):
            rows = torch.arange(crop.height, device=frames.device) + crop.top
            columns = torch.arange(crop.width, device=frames.device)
            if crop.flip:
                columns = crop.width - 1 - columns
            columns = columns + crop.left
            view = frames.index_select(2, rows).index_select(3, columns)
            views.append(view)
        return torch.stack(views, dim=1)

    def super_images(self, views: Tensor) -> Tensor:
        """Make super-images of views.

        Args:
            views (Tensor): [B, V, T*N, h, w, 3] RGB.

        Returns:
            Tensor: Super-images, [B*V*T, 3N, h, w], as the network was
            trained with.
        """
        height, width = views.shape[3:5]
        # [B, V, T*N, h, w, 3] -> [B, V, T*N, 3, h, w]
        views = views.permute(0, 1, 2, 5, 3, 4)
        if self.data_preprocessor.to_rgb:
            views = views.flip(3)
        # [B, V, T*N, 3, h, w] -> [B*V*T, 3N, h, w]
        return views.reshape(-1, 3 * self.num_frames, height, width)

    def stage_names(self) -> list[str]:
        """Modules whose outputs tell where two runs of it part.

        Returns:
            list[str]: Their names, in the order in which they run.
        """
        names = []
        for stages, block in self.backbone.stage_groups:
            names += [f'backbone.{layers[-1]}' for layers in stages]
            if block is not None:
                names.append(f'backbone.temporal_blocks.{block}')
        return [*names, 'cls_head']


class StageOutputs(nn.Module):
    """A network that also gives what its stages put out.

    Args:
        network (ExportedNetwork): The network.
    """

    def __init__(self, network: ExportedNetwork) -> None:
        super().__init__()
        self.network = network
        self.names = network.stage_names()

    def forward(self, frames: Tensor) -> tuple[Tensor, ...]:
        """Classify videos.

        Args:
            frames (Tensor): As of ``ExportedNetwork``.

        Returns:
            tuple[Tensor, ...]: The outputs of the stages of ``names``, the
            scores, and the energy scores.
        """
        outputs: list[Tensor] = []
        hooks = [
            self.network.get_submodule(name).register_forward_hook(
                lambda module, inputs, output: outputs.append(output)
            )
            for name in self.names
        ]
        try:
            scores, energy = self.network(frames)
        finally:
            for hook in hooks:
                hook.remove()
        return (*outputs, scores, energy)


def check_exportable(model: nn.Module) -> StNetRecognizer:
    """Check that a recognizer can be exported.

    Args:
        model (nn.Module): The recognizer.

    Returns:
        StNetRecognizer: The same.

    Raises:
        StNetInputError: If it is none of ours, or has no head.
    """
    if not isinstance(model, StNetRecognizer) or not model.with_cls_head:
        raise StNetInputError(
            f'{type(model).__name__}: only a StNetRecognizer with a cls_head '
            'can be exported, or classify windows of a long video'
        )
    if model.cls_head.average_clips is None:
        raise StNetInputError(
            'model.cls_head.average_clips=None leaves views apart: set it to '
            "'prob'"
        )
    return model

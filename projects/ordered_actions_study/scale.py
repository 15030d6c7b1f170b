"""How large the study is: data and networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmengine.config import Config

from stnet_mm.datasets.ordered_actions import Settings

CHANNELS = ('base_channels', 'in_channels', 'txb_channels', 'hidden_channels')


@dataclass(frozen=True)
class Scale:
    """Size of the data sets and of the networks.

    Attributes:
        train (int): Videos for training.
        val (int): Videos for validation.
        test (int): Videos for testing.
        side (int): Height and width of the videos in pixels. Defaults to 64.
        crop (int): Height and width of what the networks see. Defaults to 56.
        widening (int): Factor of all numbers of channels of the configs.
            Defaults to 1.
        workers (int): Processes that load videos. Defaults to 0: frames that
            are kept are read faster than processes can pass them on.
    """

    train: int
    val: int
    test: int
    side: int = 64
    crop: int = 56
    widening: int = 1
    workers: int = 0

    def settings(self, level: int) -> Settings:
        """The data set of a level.

        Args:
            level (int): The level.

        Returns:
            Settings: What to make.

        Raises:
            StNetInputError: If there is no such level.
        """
        return Settings(
            level=level,
            train=self.train,
            val=self.val,
            test=self.test,
            size=(self.side, self.side),
        )

    def fingerprint(self, run: Any) -> str:
        """Fingerprint of the data set that a run is trained or tested on.

        Args:
            run (Any): What has a ``level``.

        Returns:
            str: 16 hexadecimal digits.
        """
        return self.settings(run.level).fingerprint()

    def apply(self, cfg: Config) -> None:
        """Set loaders, crops and channels of a config of the study.

        Args:
            cfg (Config): The config, changed in place.
        """
        for split in ('train', 'val', 'test'):
            loader = cfg[f'{split}_dataloader']
            loader.num_workers = self.workers
            loader.persistent_workers = self.workers > 0
            for step in loader.dataset.pipeline:
                if step['type'] == 'RandomCrop':
                    step.size = self.crop
                if step['type'] == 'CenterCrop':
                    step.crop_size = self.crop
        model = cfg.model
        parts = (model.backbone, model.backbone.get('trunk'), model.cls_head)
        for part in parts:
            for key in CHANNELS:
                if part is not None and key in part:
                    part[key] *= self.widening


SCALES = {
    # To check that everything runs.
    'smoke': Scale(64, 16, 16),
    # For a CPU: minutes a run.
    'small': Scale(2400, 240, 960),
    # For a GPU: ResNet-18's own channels.
    'large': Scale(
        24000, 2400, 4800, side=128, crop=112, widening=4, workers=8
    ),
}

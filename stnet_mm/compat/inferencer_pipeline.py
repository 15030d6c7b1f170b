"""MMAction2's inferencers, which replaced what decodes."""

from __future__ import annotations

import inspect


def patch_inferencer_pipeline() -> bool:
    """Let MMAction2's inferencers decode as the config says.

    ``ActionRecogInferencer`` of mmaction2 1.2.0, and so
    ``MMAction2Inferencer``, puts other transforms without arguments in place
    of those that decode. Ours also scale, so the network saw other frames
    than in testing. Pipelines of ours stay as they are: they take files,
    folders and arrays. So the number of crops stays as well.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    from mmaction.apis.inferencers import ActionRecogInferencer
    from mmengine.dataset import Compose

    from ..apis.video_input import (
        find_test_dataset,
        make_sample,
        takes_any_video,
    )

    init_pipeline = ActionRecogInferencer._init_pipeline
    if "dict(type='DecordInit')" not in inspect.getsource(init_pipeline):
        return False

    def patched(self, cfg):
        steps = find_test_dataset(cfg).pipeline
        if not takes_any_video(steps):
            return init_pipeline(self, cfg)
        template = self.pack_cfg.get('filename_tmpl')
        return Compose([lambda video: make_sample(video, template), *steps])

    ActionRecogInferencer._init_pipeline = patched
    return True

"""MMAction2's heads in bfloat16."""

from __future__ import annotations

import inspect


def patch_bfloat16_scores() -> bool:
    """Let MMAction2's heads train in bfloat16.

    Those of mmaction2 1.2.0 count accuracy in numpy, which has no bfloat16,
    so the first step of training in it fails. Losses are in float32 as well.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import torch
    from mmaction.models.heads import BaseHead

    loss_by_feat = BaseHead.loss_by_feat
    if 'cls_scores.detach().cpu().numpy()' not in inspect.getsource(
        loss_by_feat
    ):
        return False

    def patched(self, cls_scores, data_samples):
        if cls_scores.dtype == torch.bfloat16:
            cls_scores = cls_scores.float()
        return loss_by_feat(self, cls_scores, data_samples)

    BaseHead.loss_by_feat = patched
    return True

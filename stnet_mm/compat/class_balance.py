"""MMEngine's ``ClassBalancedDataset`` on any data set."""

from __future__ import annotations


def patch_class_balance() -> bool:
    """Let MMEngine's ``ClassBalancedDataset`` balance every data set.

    It asks for the classes of a sample, which neither the data sets of
    mmaction2 1.2.0 nor the wrappers of mmengine 0.10.7 tell, itself included.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import torch
    from mmaction.datasets.base import BaseActionDataset
    from mmengine.dataset import (
        ClassBalancedDataset,
        ConcatDataset,
        RepeatDataset,
    )

    def of_video(self, idx):
        label = self.get_data_info(idx)['label']
        if self.multi_class:
            return torch.as_tensor(label).nonzero().flatten().tolist()
        return [label]

    def of_joined(self, idx):
        part, number = self._get_ori_dataset_idx(idx)
        return self.datasets[part].get_cat_ids(number)

    def of_repeated(self, idx):
        return self.dataset.get_cat_ids(self._get_ori_dataset_idx(idx))

    missing = {
        kind: method
        for kind, method in (
            (BaseActionDataset, of_video),
            (ConcatDataset, of_joined),
            (RepeatDataset, of_repeated),
            (ClassBalancedDataset, of_repeated),
        )
        if 'get_cat_ids' not in vars(kind)
    }
    for kind, method in missing.items():
        kind.get_cat_ids = method
    return bool(missing)

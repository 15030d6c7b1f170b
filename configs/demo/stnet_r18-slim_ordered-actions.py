_base_ = [
    '../_base_/datasets/ordered_actions.py',
    '../_base_/schedules/adamw_6e.py',
    '../_base_/default_runtime.py',
]

model = dict(
    type='StNetRecognizer',
    backbone=dict(
        type='StNet',
        trunk=dict(type='StNetSlimResNet', depth=18, base_channels=16),
        num_frames=4,
    ),
    cls_head=dict(
        type='TXBHead',
        num_classes=8,
        in_channels=128,
        txb_channels=128,
        average_clips='prob',
    ),
    data_preprocessor=dict(
        type='StNetDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
    ),
    test_cfg=dict(crops='ten', crop_size=72),
)

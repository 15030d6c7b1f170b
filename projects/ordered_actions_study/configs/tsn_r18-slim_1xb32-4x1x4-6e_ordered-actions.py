# MMAction2's TSN on single frames.
_base_ = [
    './_base_/ordered_actions_64.py',
    '../../../configs/_base_/schedules/adamw_6e.py',
    '../../../configs/_base_/default_runtime.py',
]

model = dict(
    type='Recognizer2D',
    backbone=dict(type='StNetSlimResNet', depth=18, base_channels=16),
    cls_head=dict(
        type='TSNHead',
        num_classes=8,
        in_channels=128,
        dropout_ratio=0.0,
        average_clips='prob',
    ),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW',
    ),
)

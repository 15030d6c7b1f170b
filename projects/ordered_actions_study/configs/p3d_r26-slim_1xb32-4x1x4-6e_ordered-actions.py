# P3D-ResNet; its blocks are bottlenecks, so it is deeper than the others.
_base_ = [
    './_base_/ordered_actions_64_ncthw.py',
    '../../../configs/_base_/schedules/adamw_6e.py',
    '../../../configs/_base_/default_runtime.py',
]

model = dict(
    type='Recognizer3D',
    backbone=dict(type='P3DResNet', depth=26, base_channels=16),
    cls_head=dict(
        type='I3DHead',
        num_classes=8,
        in_channels=512,
        dropout_ratio=0.0,
        average_clips='prob',
    ),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW',
    ),
)

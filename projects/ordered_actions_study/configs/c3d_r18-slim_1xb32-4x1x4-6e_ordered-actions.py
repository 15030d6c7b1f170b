# C3D-ResNet: 3x3x3 in place of every 3x3.
_base_ = [
    './_base_/ordered_actions_64_ncthw.py',
    '../../../configs/_base_/schedules/adamw_6e.py',
    '../../../configs/_base_/default_runtime.py',
]

model = dict(
    type='Recognizer3D',
    backbone=dict(
        type='ResNet3d',
        depth=18,
        base_channels=16,
        pretrained=None,
        pretrained2d=False,
        conv1_kernel=(3, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        temporal_strides=(1, 2, 2, 2),
        with_pool2=False,
        inflate_style='3x3x3',
        norm_eval=False,
        zero_init_residual=False,
    ),
    cls_head=dict(
        type='I3DHead',
        num_classes=8,
        in_channels=128,
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

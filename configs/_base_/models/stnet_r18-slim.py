# A quarter of ResNet-18's channels, for small data.
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
)

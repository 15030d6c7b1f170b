model = dict(
    type='StNetRecognizer',
    backbone=dict(
        type='StNet',
        trunk=dict(type='ResNet', depth=50),
        num_frames=5,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='https://download.pytorch.org/models/resnet50-0676ba61.pth',
        ),
    ),
    cls_head=dict(
        type='TXBHead',
        num_classes=400,
        in_channels=2048,
        average_clips='prob',
    ),
    data_preprocessor=dict(
        type='StNetDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
    ),
    # Ten crops of the whole frames that the test pipeline delivers:
    # --cfg-options model.test_cfg.crops=ten model.test_cfg.crop_size=224
    test_cfg=dict(crops='center', crop_size=256),
)

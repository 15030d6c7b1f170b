_base_ = './stnet_r50.py'

model = dict(
    backbone=dict(
        trunk=dict(
            _delete_=True,
            type='mmpretrain.SEResNeXt',
            depth=101,
            groups=32,
            width_per_group=4,
        ),
        # timm's weights: mmpretrain has none of this network.
        init_cfg=dict(
            checkpoint='https://github.com/rwightman/pytorch-pretrained-gluonresnet/releases/download/v0.1/gluon_seresnext101_32x4d-cf52900d.pth'
        ),
    )
)

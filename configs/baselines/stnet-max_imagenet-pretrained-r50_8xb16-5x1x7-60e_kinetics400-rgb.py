# StNet with the maximum over the segments in place of the temporal Xception
# block.
_base_ = [
    '../stnet/stnet_imagenet-pretrained-r50_8xb16-5x1x7-60e_kinetics400-rgb.py'
]

model = dict(
    cls_head=dict(
        _delete_=True,
        type='SegmentPoolHead',
        pool='max',
        num_classes=400,
        in_channels=2048,
        average_clips='prob',
    )
)

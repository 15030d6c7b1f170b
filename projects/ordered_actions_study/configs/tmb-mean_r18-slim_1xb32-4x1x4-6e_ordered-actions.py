# StNet with the mean in place of the temporal Xception block.
_base_ = ['./stnet_r18-slim_1xb32-4x1x4-6e_ordered-actions.py']

model = dict(
    cls_head=dict(
        _delete_=True,
        type='SegmentPoolHead',
        pool='mean',
        num_classes=8,
        in_channels=128,
        average_clips='prob',
    ),
)

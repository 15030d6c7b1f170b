# The same trunk on the same super-images, with an average over the segments
# in place of the temporal blocks and the temporal Xception block.
_base_ = ['./stnet_r18-slim_ordered-actions.py']

model = dict(
    backbone=dict(temporal_stages=()),
    cls_head=dict(
        _delete_=True,
        type='TSNHead',
        num_classes=8,
        in_channels=128,
        topk=(1, 5),
        dropout_ratio=0.0,
        average_clips='prob',
    ),
)

# The image network sees single frames; only the head sees their order.
_base_ = './stnet_r50.py'

model = dict(
    backbone=dict(num_frames=1, temporal_stages=()),
    cls_head=dict(
        _delete_=True,
        type='LRCNHead',
        cell='lstm',
        hidden_channels=512,
        num_classes=400,
        in_channels=2048,
        dropout_ratio=0.5,
        average_clips='prob',
    ),
)

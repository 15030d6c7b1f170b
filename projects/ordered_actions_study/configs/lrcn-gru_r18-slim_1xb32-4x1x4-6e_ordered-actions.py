# Single frames, and a GRU over them.
_base_ = ['./stnet_r18-slim_1xb32-4x1x4-6e_ordered-actions.py']

model = dict(
    backbone=dict(num_frames=1, temporal_stages=()),
    cls_head=dict(
        _delete_=True,
        type='LRCNHead',
        cell='gru',
        hidden_channels=128,
        num_classes=8,
        in_channels=128,
        average_clips='prob',
    ),
)

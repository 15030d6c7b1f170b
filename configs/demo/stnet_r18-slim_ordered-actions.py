_base_ = [
    '../_base_/models/stnet_r18-slim.py',
    '../_base_/datasets/ordered_actions.py',
    '../_base_/schedules/adamw_6e.py',
    '../_base_/default_runtime.py',
]

model = dict(test_cfg=dict(crops='ten', crop_size=72))

_base_ = [
    '../_base_/models/stnet_se101.py',
    '../_base_/datasets/kinetics600.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes=600))

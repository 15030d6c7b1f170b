_base_ = [
    '../_base_/models/stnet_lite0.py',
    '../_base_/datasets/kinetics400.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

_base_ = [
    '../_base_/models/tsm_r50.py',
    '../_base_/datasets/kinetics400_1x8.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

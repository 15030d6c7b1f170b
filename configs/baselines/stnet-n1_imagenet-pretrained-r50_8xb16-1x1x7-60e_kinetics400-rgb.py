# StNet without super-images: its segments are single frames.
_base_ = [
    '../_base_/models/stnet_r50.py',
    '../_base_/datasets/kinetics400_1x7.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(backbone=dict(num_frames=1))

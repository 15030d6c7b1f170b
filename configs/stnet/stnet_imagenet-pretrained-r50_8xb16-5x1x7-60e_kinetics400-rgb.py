# The authors' recipe; weights of theirs are tested with this config as well.
_base_ = [
    '../_base_/models/stnet_r50.py',
    '../_base_/datasets/kinetics400.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

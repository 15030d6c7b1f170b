_base_ = [
    '../_base_/models/p3d_r152.py',
    '../_base_/datasets/kinetics400_16x1.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

optim_wrapper = dict(optimizer=dict(lr=0.005))
auto_scale_lr = dict(base_batch_size=64)

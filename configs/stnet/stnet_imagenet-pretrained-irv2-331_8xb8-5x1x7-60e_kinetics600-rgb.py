_base_ = [
    '../_base_/models/stnet_irv2.py',
    '../_base_/datasets/kinetics600_331.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(
    cls_head=dict(num_classes=600),
    test_cfg=dict(crop_size=331),
)

# Half of the batch, half of the learning rate.
optim_wrapper = dict(optimizer=dict(lr=0.005))
auto_scale_lr = dict(base_batch_size=64)

# The authors' schedule: plain SGD, x0.1 at epochs 20 and 40 of 60.
train_cfg = dict(
    type='StNetEpochBasedTrainLoop',
    max_epochs=60,
    val_begin=1,
    val_interval=1,
)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=1e-4)
)
param_scheduler = [
    dict(type='MultiStepLR', milestones=[20, 40], gamma=0.1, by_epoch=True)
]
# The learning rate belongs to 8 GPUs x 16 videos; `--auto-scale-lr` fits it
# to another batch size.
auto_scale_lr = dict(enable=False, base_batch_size=128)

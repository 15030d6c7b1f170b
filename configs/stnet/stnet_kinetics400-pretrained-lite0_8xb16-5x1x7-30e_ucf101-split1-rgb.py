# Fine-tuning: only the classifier starts anew. The schedule is ours; the paper
# does not state its own.
_base_ = [
    '../_base_/models/stnet_lite0.py',
    '../_base_/datasets/ucf101_split1.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(backbone=dict(init_cfg=None), cls_head=dict(num_classes=101))
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/stnet_lite0_kinetics400.pth'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(optimizer=dict(lr=0.002))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[15, 25], gamma=0.1, by_epoch=True)
]

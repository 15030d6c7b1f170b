# Fine-tuning: only the classifier starts anew.
_base_ = [
    '../_base_/models/tsn_r50.py',
    '../_base_/datasets/ucf101_split1_1x7.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(
    backbone=dict(pretrained=None),
    cls_head=dict(num_classes=101),
)
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/tsn_r50_kinetics400.pth'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(optimizer=dict(lr=0.002))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[15, 25], gamma=0.1, by_epoch=True)
]

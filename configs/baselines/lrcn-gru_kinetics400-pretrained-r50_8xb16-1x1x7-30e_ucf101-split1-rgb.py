# Fine-tuning: only the classifier starts anew.
_base_ = [
    '../_base_/models/lrcn_r50.py',
    '../_base_/datasets/ucf101_split1_1x7.py',
    '../_base_/schedules/sgd_60e.py',
    '../_base_/default_runtime.py',
]

model = dict(
    backbone=dict(init_cfg=None),
    cls_head=dict(num_classes=101, cell='gru'),
)
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/lrcn-gru_r50_kinetics400.pth'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(optimizer=dict(lr=0.002))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[15, 25], gamma=0.1, by_epoch=True)
]

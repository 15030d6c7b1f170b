# Fine-tuning: only the classifier starts anew. The schedule is ours; the paper
# does not state its own.
_base_ = ['./stnet_imagenet-pretrained-irv2_8xb8-5x1x7-60e_kinetics600-rgb.py']

model = dict(backbone=dict(init_cfg=None))
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/stnet_irv2_kinetics400.pth'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(optimizer=dict(lr=0.001))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[15, 25], gamma=0.1, by_epoch=True)
]

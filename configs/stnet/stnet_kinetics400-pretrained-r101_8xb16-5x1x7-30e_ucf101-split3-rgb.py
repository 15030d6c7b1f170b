_base_ = [
    './stnet_kinetics400-pretrained-r50_8xb16-5x1x7-30e_ucf101-split3-rgb.py'
]

model = dict(backbone=dict(trunk=dict(depth=101)))
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/stnet_r101_kinetics400.pth'

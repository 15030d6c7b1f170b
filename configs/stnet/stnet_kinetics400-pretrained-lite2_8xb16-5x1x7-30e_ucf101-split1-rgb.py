_base_ = [
    './stnet_kinetics400-pretrained-lite0_8xb16-5x1x7-30e_ucf101-split1-rgb.py'
]

model = dict(backbone=dict(trunk=dict(type='timm.tf_efficientnet_lite2')))
# A checkpoint of the Kinetics-400 recipe.
load_from = 'checkpoints/stnet_lite2_kinetics400.pth'

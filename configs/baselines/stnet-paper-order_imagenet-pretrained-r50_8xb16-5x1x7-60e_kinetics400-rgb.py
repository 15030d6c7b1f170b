# StNet with the temporal modeling block of the paper's text.
_base_ = [
    '../stnet/stnet_imagenet-pretrained-r50_8xb16-5x1x7-60e_kinetics400-rgb.py'
]

model = dict(backbone=dict(temporal_block=dict(order='paper')))

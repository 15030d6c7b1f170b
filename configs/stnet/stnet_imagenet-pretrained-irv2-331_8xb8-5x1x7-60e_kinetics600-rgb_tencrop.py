# The same network, tested with ten crops of 331 from 25 segments.
_base_ = [
    './stnet_imagenet-pretrained-irv2-331_8xb8-5x1x7-60e_kinetics600-rgb.py'
]

model = dict(test_cfg=dict(crops='ten', crop_size=331))

test_pipeline = {{_base_.whole_frames_pipeline}}
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

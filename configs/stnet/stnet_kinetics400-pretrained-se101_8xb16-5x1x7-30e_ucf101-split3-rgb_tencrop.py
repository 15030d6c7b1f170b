# The same network, tested with ten crops of 224 from 25 segments.
_base_ = [
    './stnet_kinetics400-pretrained-se101_8xb16-5x1x7-30e_ucf101-split3-rgb.py'
]

model = dict(test_cfg=dict(crops='ten', crop_size=224))

test_pipeline = {{_base_.whole_frames_pipeline}}
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

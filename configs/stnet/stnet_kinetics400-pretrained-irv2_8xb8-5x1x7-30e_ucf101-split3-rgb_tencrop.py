# The same network, tested with ten crops of 299 from 25 segments.
_base_ = [
    './stnet_kinetics400-pretrained-irv2_8xb8-5x1x7-30e_ucf101-split3-rgb.py'
]

model = dict(test_cfg=dict(num_segments=25))

test_pipeline = {{_base_.tencrop_pipeline}}
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
# Validation has to have as many segments: one centre view of them.
val_dataloader = dict(
    batch_size=1, dataset=dict(pipeline={{_base_.test_pipeline}})
)

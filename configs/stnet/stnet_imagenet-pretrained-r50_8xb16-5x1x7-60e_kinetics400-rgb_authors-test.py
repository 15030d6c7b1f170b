# For the authors' weights, converted: their test of 25 segments and one centre
# view of 256, with their scaling to 341x256 regardless of the aspect ratio.
_base_ = ['./stnet_imagenet-pretrained-r50_8xb16-5x1x7-60e_kinetics400-rgb.py']

test_pipeline = {{_base_.authors_test_pipeline}}
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

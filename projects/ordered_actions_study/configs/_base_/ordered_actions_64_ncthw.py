# The same frames for 3-D networks: all segments as one clip.
_base_ = './ordered_actions_64.py'

as_clip = [
    dict(type='StNetJoinClips'),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs'),
]
# In place of the last two steps, which format and pack.
train_pipeline = _base_.train_pipeline[:-2] + as_clip
val_pipeline = _base_.val_pipeline[:-2] + as_clip
test_pipeline = val_pipeline

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

# Smaller videos: crops of 56 out of 64, one view.
# Small networks train faster than their videos are decoded, so frames are kept.
_base_ = '../../../../configs/_base_/datasets/ordered_actions.py'

decoder = 'pyav'  # or 'torchcodec', 'decord' or 'opencv'
data_root = 'data/study/level1'
cache = f'{data_root}/frames'

train_pipeline = [
    dict(type='StNetCachedVideoInit', cache=cache, decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=4, num_clips=4),
    dict(type='StNetCachedVideoDecode'),
    dict(type='RandomCrop', size=56),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline = [
    dict(type='StNetCachedVideoInit', cache=cache, decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=4, num_clips=4, test_mode=True),
    dict(type='StNetCachedVideoDecode'),
    dict(type='CenterCrop', crop_size=56),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
test_pipeline = val_pipeline

dataset = dict(
    data_prefix=dict(video=data_root),
    metainfo=dict(classes=f'{data_root}/classes.txt'),
)
train_dataloader = dict(
    dataset=dict(
        **dataset, ann_file=f'{data_root}/train.txt', pipeline=train_pipeline
    )
)
val_dataloader = dict(
    dataset=dict(
        **dataset, ann_file=f'{data_root}/val.txt', pipeline=val_pipeline
    )
)
test_dataloader = dict(
    batch_size=32,
    dataset=dict(
        **dataset, ann_file=f'{data_root}/test.txt', pipeline=test_pipeline
    ),
)

decoder = 'pyav'  # or 'torchcodec', 'decord' or 'opencv'
data_root = 'data/kinetics400'

# The authors' protocol: 7 segments of 5 frames and 224 in training and
# validation, 25 segments in testing, of whole frames: the model crops them as
# model.test_cfg says.
train_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7, test_mode=True),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
test_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=25, test_mode=True),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

train_dataloader = dict(
    batch_size=16,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='StNetVideoDataset',
        ann_file=f'{data_root}/kinetics400_train_list_videos.txt',
        data_prefix=dict(video=f'{data_root}/videos_train'),
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=16,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='StNetVideoDataset',
        ann_file=f'{data_root}/kinetics400_val_list_videos.txt',
        data_prefix=dict(video=f'{data_root}/videos_val'),
        pipeline=val_pipeline,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='StNetVideoDataset',
        ann_file=f'{data_root}/kinetics400_val_list_videos.txt',
        data_prefix=dict(video=f'{data_root}/videos_val'),
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
val_evaluator = dict(type='StNetAccMetric')
test_evaluator = val_evaluator

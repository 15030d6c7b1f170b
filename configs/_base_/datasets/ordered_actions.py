# Made by tools/make_ordered_actions.py; docs/ordered_actions.md describes it.
decoder = 'pyav'  # or 'torchcodec', 'decord' or 'opencv'
data_root = 'data/ordered_actions'

# 4 segments of 4 frames; crops of 72 out of 80.
train_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=4, num_clips=4),
    dict(type='StNetVideoDecode'),
    dict(type='RandomCrop', size=72),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=4, num_clips=4, test_mode=True),
    dict(type='StNetVideoDecode'),
    dict(type='CenterCrop', crop_size=72),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
# Whole frames: the model crops them.
test_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(type='StNetSampleFrames', clip_len=4, num_clips=4, test_mode=True),
    dict(type='StNetVideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

dataset = dict(
    type='StNetVideoDataset',
    data_prefix=dict(video=data_root),
    metainfo=dict(classes=f'{data_root}/classes.txt'),
)
train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset, ann_file=f'{data_root}/train.txt', pipeline=train_pipeline
    ),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        ann_file=f'{data_root}/val.txt',
        pipeline=val_pipeline,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=4,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        ann_file=f'{data_root}/test.txt',
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
val_evaluator = [
    dict(type='StNetAccMetric'),
    dict(
        type='StNetPairMetric',
        pairs={
            'local_pairs': [
                ('sweep_up', 'sweep_down'),
                ('grow', 'shrink'),
            ],
            'global_pairs': [
                ('hop_then_shake', 'shake_then_hop'),
                ('pulse_then_spin', 'spin_then_pulse'),
            ],
        },
    ),
]
test_evaluator = val_evaluator

# P3D's: 16 successive frames of 160x160; 20 clips in testing.
train_pipeline_16x1 = [
    dict(type='StNetVideoInit'),
    dict(type='SampleFrames', clip_len=16, frame_interval=1, num_clips=1),
    dict(type='StNetVideoDecode', short_side=182),
    dict(type='RandomCrop', size=160),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs'),
]
val_pipeline_16x1 = [
    dict(type='StNetVideoInit'),
    dict(
        type='SampleFrames',
        clip_len=16,
        frame_interval=1,
        num_clips=1,
        test_mode=True,
    ),
    dict(type='StNetVideoDecode', short_side=182),
    dict(type='CenterCrop', crop_size=160),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs'),
]
test_pipeline_16x1 = [
    dict(type='StNetVideoInit'),
    dict(
        type='SampleFrames',
        clip_len=16,
        frame_interval=1,
        num_clips=20,
        test_mode=True,
    ),
    dict(type='StNetVideoDecode', short_side=182),
    dict(type='CenterCrop', crop_size=160),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs'),
]

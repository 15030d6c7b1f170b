# The pipelines of the data sets, for networks that take single frames.
train_pipeline_1x8 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=1, num_clips=8),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline_1x8 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=1, num_clips=8, test_mode=True),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
test_pipeline_1x8 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=1, num_clips=8, test_mode=True),
    dict(type='StNetVideoDecode', short_side=256),
    dict(type='CenterCrop', crop_size=256),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

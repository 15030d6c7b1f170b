# The pipelines of the data sets, for networks that take 299x299.
train_pipeline_299 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7),
    dict(type='StNetVideoDecode', short_side=341),
    dict(type='RandomCrop', size=299),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline_299 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7, test_mode=True),
    dict(type='StNetVideoDecode', short_side=341),
    dict(type='CenterCrop', crop_size=299),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
# Whole frames: the model crops them.
test_pipeline_299 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=25, test_mode=True),
    dict(type='StNetVideoDecode', short_side=341),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

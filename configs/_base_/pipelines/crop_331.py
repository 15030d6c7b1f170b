# The pipelines of the data sets, for networks that take 331x331.
train_pipeline_331 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7),
    dict(type='StNetVideoDecode', short_side=378),
    dict(type='RandomCrop', size=331),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline_331 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=7, test_mode=True),
    dict(type='StNetVideoDecode', short_side=378),
    dict(type='CenterCrop', crop_size=331),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
# Whole frames: the model crops them.
test_pipeline_331 = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=5, num_clips=25, test_mode=True),
    dict(type='StNetVideoDecode', short_side=378),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

"""StNet-ResNet18 on your own videos.

Copy this file anywhere (it inherits from nothing) and edit its first section.
"""

# ------------------------- the lines to edit -------------------------
num_classes = 6
data_root = 'data/custom'  # relative to the folder you start from
list_folder = data_root
train_list = 'train.txt'  # lines "path/of/video.mp4 LABEL", labels from 0
val_list = 'val.txt'
test_list = val_list
class_names = 'classes.txt'  # one name per line, in the order of the labels
# An image network to start from (recommended, needs the network once):
# pretrained = 'https://download.pytorch.org/models/resnet18-f37072fd.pth'
pretrained = None
# A StNet checkpoint to fine-tune: its classifier is replaced.
load_from = None
decoder = 'pyav'  # or 'decord' or 'opencv'
batch_size = 8  # per GPU
num_workers = 2
lr = 0.005  # for 8 videos per step; scale it with the batch size
max_epochs = 30

# ---------------------- perhaps worth changing -----------------------
num_segments = 7  # T: segments of a video
num_frames = 5  # N: successive frames of a segment
crop_size = 224

# ---------------- what follows needs no change mostly ----------------
model = dict(
    type='StNetRecognizer',
    backbone=dict(
        type='StNet',
        trunk=dict(type='ResNet', depth=18),
        num_frames=num_frames,
        init_cfg=pretrained and dict(type='Pretrained', checkpoint=pretrained),
    ),
    cls_head=dict(
        type='TXBHead',
        num_classes=num_classes,
        in_channels=512,
        average_clips='prob',
    ),
    data_preprocessor=dict(
        type='StNetDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
    ),
    # In testing; or 'ten' or 'three'. In validation the pipeline crops.
    test_cfg=dict(crops='center', crop_size=crop_size),
)

sample = dict(
    type='StNetSampleFrames', clip_len=num_frames, num_clips=num_segments
)
train_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    sample,
    dict(type='StNetVideoDecode', short_side=crop_size * 8 // 7),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(crop_size, crop_size), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
val_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(**sample, test_mode=True),
    dict(type='StNetVideoDecode', short_side=crop_size * 8 // 7),
    dict(type='CenterCrop', crop_size=crop_size),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
# Whole frames: the model crops them.
test_pipeline = [
    dict(type='StNetVideoInit', decoder=decoder),
    dict(**sample, test_mode=True),
    dict(type='StNetVideoDecode', short_side=crop_size * 8 // 7),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]

dataset = dict(
    type='StNetVideoDataset',
    data_prefix=dict(video=data_root),
    metainfo=dict(classes=f'{list_folder}/{class_names}'),
)
loader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    persistent_workers=num_workers > 0,
)
train_dataloader = dict(
    **loader,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        ann_file=f'{list_folder}/{train_list}',
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    **loader,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        ann_file=f'{list_folder}/{val_list}',
        pipeline=val_pipeline,
        test_mode=True,
    ),
)
test_dataloader = dict(
    **loader,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        ann_file=f'{list_folder}/{test_list}',
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
val_evaluator = dict(type='StNetAccMetric')
test_evaluator = val_evaluator

train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=max_epochs, val_interval=1
)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=lr, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=40, norm_type=2),
)
param_scheduler = [
    dict(type='CosineAnnealingLR', T_max=max_epochs, by_epoch=True)
]
# `--auto-scale-lr` fits the learning rate to several GPUs.
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)

custom_imports = dict(imports=['stnet_mm'], allow_failed_imports=False)
default_scope = 'mmaction'
default_hooks = dict(
    runtime_info=dict(type='RuntimeInfoHook'),
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=10, ignore_last=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='StNetCheckpointHook',
        interval=1,
        max_keep_ckpts=3,
        save_best='auto',
    ),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    sync_buffers=dict(type='SyncBuffersHook'),
    visualization=dict(type='VisualizationHook'),
)
env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'),
)
log_processor = dict(type='LogProcessor', window_size=10, by_epoch=True)
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='ActionVisualizer', vis_backends=vis_backends)
resume = False

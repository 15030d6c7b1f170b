_base_ = [
    './stnet_kinetics400-pretrained-irv2_8xb8-5x1x7-30e_ucf101-split1-rgb.py'
]

data_root = 'data/ucf101'

train_dataloader = dict(
    dataset=dict(ann_file=f'{data_root}/ucf101_train_split_3_videos.txt')
)
val_dataloader = dict(
    dataset=dict(ann_file=f'{data_root}/ucf101_val_split_3_videos.txt')
)
test_dataloader = val_dataloader

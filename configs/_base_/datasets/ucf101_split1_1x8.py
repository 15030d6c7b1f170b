_base_ = ['./ucf101_split1.py', '../pipelines/segments_1x8.py']

train_pipeline = {{_base_.train_pipeline_1x8}}
val_pipeline = {{_base_.val_pipeline_1x8}}
test_pipeline = {{_base_.test_pipeline_1x8}}

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

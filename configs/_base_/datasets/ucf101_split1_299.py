_base_ = ['./ucf101_split1.py', '../pipelines/crop_299.py']

train_pipeline = {{_base_.train_pipeline_299}}
val_pipeline = {{_base_.val_pipeline_299}}
test_pipeline = {{_base_.test_pipeline_299}}

train_dataloader = dict(batch_size=8, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=8, dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

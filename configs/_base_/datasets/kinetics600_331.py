_base_ = ['./kinetics600.py', '../pipelines/crop_331.py']

train_pipeline = {{_base_.train_pipeline_331}}
val_pipeline = {{_base_.val_pipeline_331}}
test_pipeline = {{_base_.test_pipeline_331}}

train_dataloader = dict(batch_size=8, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=8, dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

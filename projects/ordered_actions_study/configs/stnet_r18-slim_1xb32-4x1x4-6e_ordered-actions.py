_base_ = [
    '../../../configs/_base_/models/stnet_r18-slim.py',
    './_base_/ordered_actions_64.py',
    '../../../configs/_base_/schedules/adamw_6e.py',
    '../../../configs/_base_/default_runtime.py',
]

model = dict(channels_last=True)  # in memory: a CPU trains faster

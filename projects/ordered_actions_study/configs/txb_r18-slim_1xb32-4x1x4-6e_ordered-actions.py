# StNet without temporal modeling blocks.
_base_ = ['./stnet_r18-slim_1xb32-4x1x4-6e_ordered-actions.py']

model = dict(backbone=dict(temporal_stages=()))

# StNet with the temporal modeling block of the paper's text.
_base_ = ['./stnet_r18-slim_1xb32-4x1x4-6e_ordered-actions.py']

model = dict(backbone=dict(temporal_block=dict(order='paper')))

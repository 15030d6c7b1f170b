# StNet without super-images: every frame is a segment.
_base_ = ['./stnet_r18-slim_1xb32-4x1x4-6e_ordered-actions.py']

model = dict(backbone=dict(num_frames=1))

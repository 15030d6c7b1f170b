"""What runs around the network: checkpoints."""

from .checkpoint_check import check_checkpoint
from .checkpoint_hook import StNetCheckpointHook

__all__ = ['StNetCheckpointHook', 'check_checkpoint']

"""What runs around the network: hooks."""

from .checkpoint_hook import StNetCheckpointHook, check_checkpoint

__all__ = ['StNetCheckpointHook', 'check_checkpoint']

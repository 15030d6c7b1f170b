"""What runs around the network: checkpoints, fast inference and training."""

from .checkpoint_check import check_checkpoint
from .checkpoint_hook import StNetCheckpointHook
from .fast_inference import StNetFastInferenceHook, choose_precision, speed_up
from .fast_training import speed_up_training
from .input_check_hook import StNetInputCheckHook
from .mixed_precision import StNetCPUAmpOptimWrapper, use_mixed_precision
from .test_loop import StNetTestLoop
from .train_loops import StNetEpochBasedTrainLoop, StNetIterBasedTrainLoop
from .visualization_hook import StNetVisualizationHook

__all__ = [
    'StNetCPUAmpOptimWrapper',
    'StNetCheckpointHook',
    'StNetEpochBasedTrainLoop',
    'StNetFastInferenceHook',
    'StNetInputCheckHook',
    'StNetIterBasedTrainLoop',
    'StNetTestLoop',
    'StNetVisualizationHook',
    'check_checkpoint',
    'choose_precision',
    'speed_up',
    'speed_up_training',
    'use_mixed_precision',
]

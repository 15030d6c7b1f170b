"""StNet's network: backbone, head, recognizer and their blocks."""

from .baselines import (
    LRCNHead,
    P3DResNet,
    SegmentPoolHead,
    StNetSlimResNetTSM,
)
from .data_preprocessor import StNetDataPreprocessor
from .segment_head import SegmentHead
from .slim_resnet import StNetSlimResNet
from .stnet import StNet
from .stnet_recognizer import StNetRecognizer
from .super_image import stack_super_images
from .temporal_modeling_block import TemporalModelingBlock
from .temporal_xception_block import TemporalXceptionBlock
from .txb_head import TXBHead

__all__ = [
    'LRCNHead',
    'P3DResNet',
    'SegmentHead',
    'SegmentPoolHead',
    'StNet',
    'StNetDataPreprocessor',
    'StNetRecognizer',
    'StNetSlimResNet',
    'StNetSlimResNetTSM',
    'TXBHead',
    'TemporalModelingBlock',
    'TemporalXceptionBlock',
    'stack_super_images',
]

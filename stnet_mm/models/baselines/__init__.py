"""What the paper compares StNet with, where MMAction2 does not have it."""

from .lrcn_head import LRCNHead
from .p3d import P3DResNet
from .pool_head import SegmentPoolHead
from .slim_tsm import StNetSlimResNetTSM

__all__ = ['LRCNHead', 'P3DResNet', 'SegmentPoolHead', 'StNetSlimResNetTSM']

"""Transforms for MMAction2's pipelines."""

from .decoders import DECODERS, Decoder, register_decoder
from .frame_cache import StNetCachedVideoDecode, StNetCachedVideoInit
from .joining import StNetJoinClips
from .pyav import StNetPyAVDecode, StNetPyAVInit
from .sampling import StNetSampleFrames
from .scaling import StNetScale
from .torchcodec import StNetTorchCodecDecode, StNetTorchCodecInit
from .video import StNetVideoDecode, StNetVideoInit

__all__ = [
    'DECODERS',
    'Decoder',
    'StNetCachedVideoDecode',
    'StNetCachedVideoInit',
    'StNetJoinClips',
    'StNetPyAVDecode',
    'StNetPyAVInit',
    'StNetSampleFrames',
    'StNetScale',
    'StNetTorchCodecDecode',
    'StNetTorchCodecInit',
    'StNetVideoDecode',
    'StNetVideoInit',
    'register_decoder',
]

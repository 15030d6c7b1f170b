"""Where frames become super-images."""

import torch
from torch import Tensor


def stack_super_images(
    frames: Tensor, num_frames: int, channels_last: bool = False
) -> Tensor:
    """Stack every N successive frames into one image of 3N channels.

    Channel ``3 * n + c`` of a super-image is color ``c`` (RGB) of its n-th
    frame, as in the authors' network (paper, section 3.1).

    Args:
        frames (Tensor): RGB frames, MMAction2's ``NCHW`` layout: [..., T*N,
            3, H, W], for T segments and N frames of each segment.
        num_frames (int): N, the number of frames in a super-image.
        channels_last (bool): Whether the channels of a pixel are adjacent in
            memory, PyTorch's ``channels_last``. Defaults to False.

    Returns:
        Tensor: Super-images, [...*T, 3N, H, W].
    """
    channels, height, width = frames.shape[-3:]
    if not channels_last:
        # [..., T*N, 3, H, W] -> [...*T, 3N, H, W]: the frames of a segment
        # are adjacent, so nothing moves in memory if frames are contiguous.
        x = frames.reshape(-1, channels * num_frames, height, width)
        return x.contiguous()
    # [..., T*N, 3, H, W] -> [...*T, N, 3, H, W] -> [...*T, N, H, W, 3]
    x = frames.reshape(-1, num_frames, channels, height, width)
    x = x.permute(0, 1, 3, 4, 2)
    # N of [...*T, H, W, 3] -> [...*T, H, W, 3N] -> [...*T, 3N, H, W]
    return torch.cat(x.unbind(1), dim=3).permute(0, 3, 1, 2)

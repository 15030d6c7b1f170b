"""Where frames become super-images."""

from torch import Tensor


def stack_super_images(frames: Tensor, num_frames: int) -> Tensor:
    """Stack every N successive frames into one image of 3N channels.

    Channel ``3 * n + c`` of a super-image is colour ``c`` (RGB) of its n-th
    frame, as in the authors' network (paper, section 3.1).

    Args:
        frames (Tensor): Normalised RGB frames, MMAction2's ``NCHW`` layout:
            [B, V*T*N, 3, H, W], for B videos, V views (crops) of each, T
            segments of each view and N frames of each segment.
        num_frames (int): N, the number of frames in a super-image.

    Returns:
        Tensor: Super-images, [B*V*T, 3N, H, W].
    """
    _, _, channels, height, width = frames.shape
    # [B, V*T*N, 3, H, W] -> [B*V*T, 3N, H, W]: the frames of a segment are
    # adjacent, so nothing moves in memory.
    return frames.reshape(-1, channels * num_frames, height, width)

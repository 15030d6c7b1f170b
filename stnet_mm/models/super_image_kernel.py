"""The GPU's kernel that makes normalized super-images; it needs Triton."""

import torch
import triton
import triton.language as tl
from torch import Tensor

# Of a program: the fastest of those tried on an H200.
PIXELS = 512
WARPS = 8


@triton.jit
def _fill(
    frames,
    out,
    mean,
    std,
    width,
    pixels,
    of_frame,
    of_color,
    of_row,
    of_column,
    num_frames: tl.constexpr,
    channels: tl.constexpr,
    width_of_block: tl.constexpr,
    block: tl.constexpr,
):
    # Of 64 bits: a batch has more bytes than 32 bits can count.
    segment = tl.program_id(1).to(tl.int64)
    pixel = tl.program_id(0) * block + tl.arange(0, block)
    channel = tl.arange(0, width_of_block)
    frame, color = channel // 3, channel % 3
    used = channel < 3 * num_frames
    here = (pixel < pixels)[:, None]
    places = (pixel // width) * of_row + (pixel % width) * of_column
    source = frames + segment * num_frames * of_frame
    source += places[:, None] + (frame * of_frame + color * of_color)[None, :]
    x = tl.load(source, mask=here & used[None, :], other=0).to(tl.float32)
    m = tl.load(mean + color)
    s = tl.load(std + color)
    x = tl.where(used[None, :], (x - m[None, :]) / s[None, :], 0.0)
    target = out + segment * pixels * channels
    target += pixel[:, None] * channels + channel[None, :]
    x = x.to(out.dtype.element_ty)
    tl.store(target, x, mask=here & (channel < channels)[None, :])


def fill_super_images(
    clip: Tensor, num_frames: int, mean: Tensor, std: Tensor, out: Tensor
) -> None:
    """Fill super-images with the normalized frames of a clip.

    Args:
        clip (Tensor): RGB frames, [..., T*N, 3, H, W] uint8.
        num_frames (int): N.
        mean (Tensor): Mean of each color; three values in float32.
        std (Tensor): Standard deviation of each color.
        out (Tensor): Super-images, [T, channels, H, W], channels last in
            memory. Channels beyond 3N become zero.
    """
    # [..., T*N, 3, H, W] -> [T*N, 3, H, W], without copying if it can be
    frames = clip.reshape(-1, *clip.shape[-3:])
    segments, channels, height, width = out.shape
    grid = (triton.cdiv(height * width, PIXELS), segments)
    with torch.cuda.device_of(clip):  # Triton launches on the current one
        _fill[grid](
            frames,
            out,
            mean,
            std,
            width,
            height * width,
            *frames.stride(),
            num_frames,
            channels,
            triton.next_power_of_2(channels),
            PIXELS,
            num_warps=WARPS,
        )

"""Crops in testing: the views of a video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from torch import Tensor

from ..errors import StNetInputError, check_choice

# The kinds of crops, and how many of a frame each makes.
CROPS = {'ten': 10, 'three': 3, 'center': 1}
# MMAction2's transforms that make the same crops in a pipeline.
CROPPING = {'TenCrop': 'ten', 'ThreeCrop': 'three', 'CenterCrop': 'center'}


class Crop(NamedTuple):
    """A rectangle of the frames, in pixels, and whether it is mirrored."""

    left: int
    top: int
    width: int
    height: int
    flip: bool = False

    def cut(self, frames: Tensor) -> Tensor:
        """Cut it out of frames.

        Args:
            frames (Tensor): Frames, [..., H, W].

        Returns:
            Tensor: The crop, [..., height, width].
        """
        rows = slice(self.top, self.top + self.height)
        columns = slice(self.left, self.left + self.width)
        frames = frames[..., rows, columns]
        return frames.flip(-1) if self.flip else frames


def transform_name(step: dict) -> str:
    """The name of a pipeline's step, a key of ``CROPPING`` perhaps.

    Args:
        step (dict): Its config. The ``type`` is a name, which may have a
            scope before it (``'mmaction.TenCrop'``), or the class.

    Returns:
        str: The name of the class.
    """
    kind = step['type']
    return kind.split('.')[-1] if isinstance(kind, str) else kind.__name__


def crop_kind(name: str) -> str:
    """The kind of crops of a name.

    Args:
        name (str): ``'ten'``, ``'three'`` or ``'center'``, which may also be
            spelled ``'centre'``.

    Returns:
        str: The kind, a key of ``CROPS``.

    Raises:
        StNetInputError: If there is no such kind.
    """
    kind = 'center' if name == 'centre' else name
    check_choice('test_cfg.crops', kind, tuple(CROPS))
    return kind


def crops_of_testing(
    pipeline: Sequence[dict], test_cfg: Mapping
) -> tuple[str, tuple[int, int]] | None:
    """How frames are cropped in testing, by the pipeline or by the model.

    Args:
        pipeline (Sequence[dict]): Configs of its steps.
        test_cfg (Mapping): The model's ``test_cfg``.

    Returns:
        tuple[str, tuple[int, int]] | None: The kind, a key of ``CROPS``, and
        width and height in pixels; None if frames are taken whole.

    Raises:
        StNetInputError: If crops are cropped again.
    """
    found = [
        (name, CROPPING[name], _as_pair(step['crop_size']))
        for name, step in ((transform_name(step), step) for step in pipeline)
        if name in CROPPING
    ]
    if test_cfg.get('crops'):
        kind, size = crop_kind(test_cfg['crops']), test_cfg['crop_size']
        found.append(('model.test_cfg.crops', kind, _as_pair(size)))
    if not found:
        return None
    (first, kind, size), *others = found
    for name, *crop in others:
        # The center of a crop of the same size is all of it.
        if crop != ['center', size]:
            raise StNetInputError(
                f'frames are cropped twice in testing, by {first} and by '
                f'{name}: leave one of them out'
            )
    return kind, size


def _as_pair(size: int | Sequence[int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def find_crops(
    kind: str, size: int | tuple[int, int], height: int, width: int
) -> list[Crop]:
    """The crops of a frame, in MMAction2's order.

    Args:
        kind (str): ``'ten'``, the corners and the center on a grid of four
            pixels, each followed by its mirror image, as MMAction2's
            ``TenCrop`` has them; ``'three'``, along the longer side, as
            ``ThreeCrop``; or ``'center'``, as ``CenterCrop`` and the authors.
        size (int | tuple[int, int]): Side of the crops in pixels, or their
            width and height.
        height (int): Height of the frames in pixels.
        width (int): Their width.

    Returns:
        list[Crop]: The crops. Some may be alike, if they fill the frame.

    Raises:
        StNetInputError: If the kind is unknown, the crop is larger than the
            frame, or three crops do not fill one side of it.
    """
    kind = crop_kind(kind)
    w, h = (size, size) if isinstance(size, int) else size
    if not (1 <= w <= width and 1 <= h <= height):
        raise StNetInputError(
            f'test_cfg.crop_size: crops of {w}x{h} (width x height) do not '
            f'fit into frames of {width}x{height}; scale the frames up in the '
            'pipeline (Resize) or choose smaller crops'
        )
    if kind == 'three' and w != width and h != height:
        raise StNetInputError(
            f'test_cfg.crop_size: three crops of {w}x{h} (width x height) '
            f'must fill one side of the frames, which are {width}x{height}'
        )
    return place_crops(kind, (w, h), height, width)


def place_crops(
    kind: str, size: tuple[int, int], height: int, width: int
) -> list[Crop]:
    """The crops of a frame, in MMAction2's order, without a check.

    Args:
        kind (str): As ``crop_kind`` gives it.
        size (tuple[int, int]): Width and height of the crops in pixels.
        height (int): Height of the frames in pixels, or a symbol for it.
        width (int): Their width.

    Returns:
        list[Crop]: The crops.
    """
    w, h = size
    if kind == 'ten':
        x, y = (width - w) // 4, (height - h) // 4
        corners = [(0, 0), (4 * x, 0), (0, 4 * y), (4 * x, 4 * y)]
        return [
            Crop(left, top, w, h, flip)
            for left, top in [*corners, (2 * x, 2 * y)]
            for flip in (False, True)
        ]
    x, y = (width - w) // 2, (height - h) // 2
    if kind == 'three':
        return [Crop(n * x, n * y, w, h) for n in (0, 2, 1)]
    return [Crop(x, y, w, h)]

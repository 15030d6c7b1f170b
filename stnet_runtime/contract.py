"""What an exported network wants to see, and what its scores mean."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

from .errors import StNetInputError, check_choice
from .sampling import CENTERS

# Under this name the contract is in a file's metadata.
KEY = 'stnet_contract'
# Of what is written here; a runtime reads this version and older ones.
VERSION = 1
CROPS = ('ten', 'three', 'center')
SCORES = ('softmax', 'sigmoid', 'logits')


@dataclass(frozen=True)
class Contract:
    """All that has to be known beside the network.

    The network takes frames as they are read, uint8 RGB [B, T*N, H, W, 3],
    and gives the scores of the videos, [B, classes], and their energy scores,
    [B] (see ``open_set``).

    Attributes:
        classes (tuple[str, ...]): Names, in the order of the scores.
        num_segments (int): T, segments of a video.
        num_frames (int): N, successive frames of a segment.
        crops (str): The views that the network cuts out: ``'ten'``,
            ``'three'`` or ``'center'``.
        crop_size (tuple[int, int]): Their width and height in pixels.
        center (str): Where in its segment a clip lies; see
            ``sampling.center_clips``.
        short_side (int, optional): To what length in pixels frames are
            scaled before. Defaults to None, not at all.
        any_segments (bool): Whether T may be another. Defaults to True.
        scores (str): ``'softmax'`` or, of videos with several labels,
            ``'sigmoid'`` probabilities; or ``'logits'``. Defaults to
            ``'softmax'``.
        precision (str): What the network computes with. Defaults to
            ``'float32'``.
        temperature (float): By what the logits were divided, for the
            probabilities to be right; the network does it. Defaults to 1.
        thresholds (tuple[float, ...], optional): The least energy score of a
            video of each class; one with less is ``'unknown'``. Defaults to
            None, no video is.
        figures (dict): What it was measured to do, as the exporter was told.
        version (int): Of the contract. Defaults to the newest.
    """

    classes: tuple[str, ...]
    num_segments: int
    num_frames: int
    crops: str
    crop_size: tuple[int, int]
    center: str = 'clip'
    short_side: int | None = None
    any_segments: bool = True
    scores: str = 'softmax'
    precision: str = 'float32'
    temperature: float = 1.0
    thresholds: tuple[float, ...] | None = None
    figures: dict[str, float] = field(default_factory=dict)
    version: int = VERSION

    def to_json(self) -> str:
        """The contract as text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def check_frames(self, shape: tuple[int, ...], kind: str) -> None:
        """Check that frames are what the network takes.

        Args:
            shape (tuple[int, ...]): Their shape.
            kind (str): Their type.

        Raises:
            StNetInputError: If they are of another type or layout, too
                small, or another number.
        """
        if len(shape) != 5 or shape[-1] != 3 or kind != 'uint8':
            raise StNetInputError(
                'frames must be uint8 RGB of [videos, T*N, height, width, 3], '
                f'not {kind} {list(shape)}'
            )
        clip = self.num_frames * self.num_segments
        wanted = f'T*N = {self.num_segments} * {self.num_frames} = {clip}'
        right = shape[1] == clip
        if self.any_segments:
            wanted = f'a multiple of N = {self.num_frames}'
            right = shape[1] > 0 and shape[1] % self.num_frames == 0
        if not right:
            raise StNetInputError(
                f'{shape[1]} frames of a video, but the network takes {wanted}'
            )
        width, height = self.crop_size
        if shape[2] < height or shape[3] < width:
            raise StNetInputError(
                f'frames of {shape[3]}x{shape[2]} are smaller than the crops '
                f'of {width}x{height} (width x height): scale them up'
            )
        if self.crops == 'three' and shape[2] != height and shape[3] != width:
            raise StNetInputError(
                f'three crops of {width}x{height} (width x height) must fill '
                f'one side of the frames, which are {shape[3]}x{shape[2]}'
            )


def read_contract(text: str | None, name: str) -> Contract:
    """Read a contract.

    Args:
        text (str, optional): JSON, as in a file's metadata.
        name (str): The file's name, for messages.

    Returns:
        Contract: The contract.

    Raises:
        StNetInputError: If there is none, it is damaged, or newer than this
            runtime.
    """
    if text is None:
        raise StNetInputError(
            f'{name} says nothing about the videos it wants: export it by '
            'tools/export.py of stnet_mm'
        )
    try:
        content = json.loads(text)
        version = content['version']
    except (ValueError, TypeError, KeyError, RecursionError):
        content = version = None
    if not isinstance(version, int):
        raise StNetInputError(f'{name}: its contract is damaged')
    if version > VERSION:
        raise StNetInputError(
            f'{name} has a contract of version {version}, and this runtime '
            f'reads {VERSION}: pip install -U stnet_runtime'
        )
    known = {f.name for f in fields(Contract)}
    try:
        contract = Contract(
            **{key: value for key, value in content.items() if key in known}
        )
        return _checked(contract)
    except (TypeError, ValueError) as error:
        raise StNetInputError(
            f'{name}: its contract is damaged: {error}'
        ) from error


def _checked(contract: Contract) -> Contract:
    """The contract, if all its values can be."""
    values = asdict(contract)
    for key in ('num_segments', 'num_frames'):
        _check_count(key, values[key])
    if values['short_side'] is not None:
        _check_count('short_side', values['short_side'])
    check_choice('center', contract.center, CENTERS)
    check_choice('scores', contract.scores, SCORES)
    names = values['classes']
    if not isinstance(names, (list, tuple)) or not all(
        isinstance(name, str) for name in names
    ):
        raise ValueError('classes are no names')
    values['classes'] = tuple(names)
    check_choice('crops', contract.crops, CROPS)
    width, height = values['crop_size']
    _check_count('crop_size', width)
    _check_count('crop_size', height)
    values['crop_size'] = (width, height)
    if not 0 < float(contract.temperature) < float('inf'):
        raise ValueError(f'temperature is {contract.temperature!r}')
    if values['thresholds'] is not None:
        values['thresholds'] = tuple(map(float, values['thresholds']))
        if len(values['thresholds']) != len(names):
            raise ValueError('there is not a threshold for each class')
    return Contract(**values)


def _check_count(key: str, value: object) -> None:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f'{key} is {value!r}')

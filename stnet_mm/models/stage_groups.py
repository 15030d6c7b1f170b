"""How temporal blocks divide the stages of a trunk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple


class StageGroup(NamedTuple):
    """Stages of the trunk, and the temporal block that follows them.

    Attributes:
        stages (tuple[tuple[str, ...], ...]): The names of each stage's
            layers, in the order in which they run. Under ``with_cp`` a stage
            is computed again as a whole: layer by layer would not do, because
            an in-place ReLU changes the output of the layer before it.
        temporal_block (str, optional): Key of the block in
            ``StNet.temporal_blocks``; None if no block follows.
    """

    stages: tuple[tuple[str, ...], ...]
    temporal_block: str | None


def group_stages(
    layer_names: Sequence[str],
    stage_names: Collection[str],
    temporal_stages: Collection[str],
) -> tuple[StageGroup, ...]:
    """Divide a trunk after each temporal block.

    Args:
        layer_names (Sequence[str]): Names of the trunk's layers, in the order
            in which they run.
        stage_names (Collection[str]): Names of the last layer of each stage.
        temporal_stages (Collection[str]): Names of the layers that a temporal
            block follows; a stage ends there as well.

    Returns:
        tuple[StageGroup, ...]: The groups, in the order in which they run.
    """
    groups = []
    for names in _split_after(
        layer_names, {layer_names[-1], *temporal_stages}
    ):
        stages = _split_after(names, {*stage_names, *temporal_stages})
        last = names[-1]
        block = block_key(last) if last in temporal_stages else None
        groups.append(StageGroup(tuple(stages), block))
    return tuple(groups)


def block_key(layer_name: str) -> str:
    """Key of the temporal block after a layer: PyTorch allows no dots.

    Args:
        layer_name (str): Dotted name of the layer.

    Returns:
        str: The key.
    """
    return layer_name.replace('.', '_')


def _split_after(
    names: Sequence[str], ends: Collection[str]
) -> list[tuple[str, ...]]:
    """Split names into parts, each of which ends with one of ``ends``."""
    cuts = [0] + [i + 1 for i, name in enumerate(names) if name in ends]
    return [tuple(names[a:b]) for a, b in zip(cuts, cuts[1:])]

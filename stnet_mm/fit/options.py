"""What a user asks of a fit."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class FitOptions:
    """What to train on, and how.

    Attributes:
        source (str): A folder of clips, one folder a class; or a list of
            clips, ``PATH LABEL`` a line or a CSV file.
        val (str, optional): The same kind of thing to validate and test on.
            Defaults to None: a part of ``source``.
        videos (str, optional): Folder that the paths in a list are relative
            to. Defaults to None: the list's own.
        labels (str, optional): File with one class name per line, for lists
            with numbers. Defaults to None.
        group_by (str, optional): Regular expression that finds in a path what
            must not be both trained and tested on, such as a person.
            Defaults to None.
        network (str, optional): ``network`` of the recipe. Defaults to None,
            as the machine allows.
        mirror (bool): ``mirror`` of the recipe. Defaults to False.
        load_from (str, optional): Checkpoint of a StNet to start from.
            Defaults to None, ImageNet.
        batch_size (int, optional): Clips of a step. Defaults to None, 8.
        max_iters (int, optional): Steps. Defaults to None, 15 epochs and at
            least 330 updates of the weights.
        seed (int): Seed of the split and the training. Defaults to 0.
    """

    source: str
    val: str | None = None
    videos: str | None = None
    labels: str | None = None
    group_by: str | None = None
    network: str | None = None
    mirror: bool = False
    load_from: str | None = None
    batch_size: int | None = None
    max_iters: int | None = None
    seed: int = 0

    def to_dict(self) -> dict:
        """The attributes as plain data."""
        return asdict(self)

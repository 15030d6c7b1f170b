"""One training run of the study."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Run:
    """What is trained and tested in one run.

    Attributes:
        model (str): First word of a config's name in ``configs``.
        level (int): Level of the data set, see docs/ordered_actions.md.
        num_frames (int): N, successive frames of a segment. Defaults to 4.
        num_segments (int): T. Defaults to 4.
        lr (float): Learning rate. Defaults to 0.003.
        seed (int): Seed of the training. Defaults to 0.
        epochs (int): Epochs. Defaults to 6.
    """

    model: str
    level: int
    num_frames: int = 4
    num_segments: int = 4
    lr: float = 0.003
    seed: int = 0
    epochs: int = 6

    @property
    def name(self) -> str:
        """A name for files and people."""
        return (
            f'{self.model}_level{self.level}_{self.num_frames}x'
            f'{self.num_segments}_{self.epochs}e_lr{self.lr:g}_seed{self.seed}'
        )

    def to_dict(self) -> dict:
        """The attributes as plain data."""
        return asdict(self)


class AfterTraining:
    """Base of runs that take a trained network.

    Dataclasses with the ``model``, ``level``, ``lr``, ``seed`` and ``epochs``
    of the training.
    """

    @property
    def trained(self) -> Run:
        """The training whose weights are taken."""
        return Run(
            self.model,
            self.level,
            lr=self.lr,
            seed=self.seed,
            epochs=self.epochs,
        )

    def to_dict(self) -> dict:
        """The attributes as plain data."""
        return asdict(self)

"""One training run on real video."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Run:
    """What is trained and tested in one run.

    Attributes:
        model (str): A key of ``models.MODELS``.
        data (str): One of ``data.DATASETS``.
        fold (int): Fold of the data set. Defaults to 1.
        seed (int): Seed of the training. Defaults to 0.
        variant (str): What differs from the recipe, a key of
            ``variants.VARIANTS``. Defaults to ``'recipe'``.
        examples (int, optional): Clips of each class to train on. Defaults
            to None, all of them.
    """

    model: str
    data: str
    fold: int = 1
    seed: int = 0
    variant: str = 'recipe'
    examples: int | None = None

    @property
    def name(self) -> str:
        """A name for files and people."""
        few = '' if self.examples is None else f'_{self.examples}clips'
        return (
            f'{self.model}_{self.data}{self.fold}_{self.variant}{few}'
            f'_seed{self.seed}'
        )

    def to_dict(self) -> dict:
        """The attributes as plain data."""
        return asdict(self)

"""Assigning groups of clips to splits, so that every class is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .clip import Clip

# A class of fewer groups is not validated on, unless in place of testing.
MIN_GROUPS_TO_VALIDATE = 5


class Assignment:
    """Groups that get a split each.

    First every class gets a group in each split that it must be in, rare
    classes first; then the other groups, large ones first, go where most
    clips of their classes are still missing.

    Attributes:
        splits (list[str | None]): The split of each group.

    Args:
        groups (Sequence[Sequence[Clip]]): The groups; of several that fit
            alike, the first is taken.
        fractions (Sequence[float]): Of the clips to train, validate and
            test on; training and one of the others are not 0.
    """

    def __init__(
        self, groups: Sequence[Sequence[Clip]], fractions: Sequence[float]
    ) -> None:
        self.splits: list[str | None] = [None] * len(groups)
        self.required = ('train', 'test' if fractions[2] else 'val')
        self._counts = [Counter(c.label for c in clips) for clips in groups]
        self._members: dict[str, list[int]] = {}
        for i, counts in enumerate(self._counts):
            for label in counts:
                self._members.setdefault(label, []).append(i)
        self._wanted = {}
        for label, members in self._members.items():
            total = sum(self._counts[i][label] for i in members)
            self._wanted[label] = self._quotas(total, len(members), fractions)
        self._missing = {k: dict(v) for k, v in self._wanted.items()}

    def _quotas(
        self, clips: int, groups: int, fractions: Sequence[float]
    ) -> dict[str, int]:
        """How many clips of a class each split should have."""
        quotas = {}
        left = clips
        enough = groups >= MIN_GROUPS_TO_VALIDATE
        for split, fraction in (('test', fractions[2]), ('val', fractions[1])):
            if split in self.required or (fraction and enough):
                quota = max(1, int(clips * fraction + 0.5))
                # One clip at least is left to train on.
                quotas[split] = min(quota, left - 1)
                left -= quotas[split]
        return {**quotas, 'train': left}

    def run(self) -> str | None:
        """Assign all groups.

        Returns:
            str | None: A class for which no group was left; None if all is
            well.
        """
        rare_first = sorted(
            self._members, key=lambda label: (len(self._members[label]), label)
        )
        for label in rare_first:
            for split in self.required:
                if not self._serve(label, split):
                    return label
        for label in rare_first:
            if 'val' in self._wanted[label]:
                self._serve(label, 'val')
        for i in sorted(
            range(len(self.splits)),
            key=lambda i: -sum(self._counts[i].values()),
        ):
            if self.splits[i] is None:
                self._assign(i, self._neediest(i))
        return None

    def _serve(self, label: str, split: str) -> bool:
        """See to it that a class is in a split; whether it is."""
        members = self._members[label]
        if any(self.splits[i] == split for i in members):
            return True
        free = [
            i
            for i in members
            if self.splits[i] is None and split in self._allowed(i)
        ]
        if not free:
            return False
        quota = self._wanted[label][split]
        self._assign(
            min(free, key=lambda i: abs(self._counts[i][label] - quota)), split
        )
        return True

    def _allowed(self, i: int) -> tuple[str, ...]:
        """Splits that all classes of a group may be in."""
        if all('val' in self._wanted[label] for label in self._counts[i]):
            return (*self.required, 'val')
        return self.required

    def _neediest(self, i: int) -> str:
        """The split that misses most of what a group holds."""

        def missing(split: str) -> float:
            return sum(
                count
                * self._missing[label][split]
                / sum(self._wanted[label].values())
                for label, count in self._counts[i].items()
            )

        return max(self._allowed(i), key=missing)

    def _assign(self, i: int, split: str) -> None:
        self.splits[i] = split
        for label, count in self._counts[i].items():
            self._missing[label][split] -= count

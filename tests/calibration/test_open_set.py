import numpy as np
import pytest

from stnet_mm.calibration import auroc, energy_thresholds
from stnet_mm.calibration.open_set import fewest_videos
from stnet_mm.errors import StNetInputError


@pytest.mark.parametrize('rate', [0.01, 0.05, 0.2])
def test_false_alarms_among_further_videos(rate):
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(300):
        energies = rng.gamma(2.0, size=150)
        best = rng.integers(0, 3, 150)
        thresholds = energy_thresholds(energies, best, 3, rate)
        further = rng.gamma(2.0, size=1000)
        shares.append((further < thresholds[0]).mean())
    # Never more in the mean; less because the rank is a whole number.
    assert 0.5 * rate < np.mean(shares) < 1.05 * rate


def test_classes_with_enough_videos_have_their_own():
    energies = np.concatenate([np.arange(19.0), 100 + np.arange(18.0)])
    best = np.repeat([0, 2], [19, 18])
    own, rest, few = energy_thresholds(energies, best, 3, 0.05)
    assert own == 0  # the lowest of 19
    assert rest == few == 0  # the lowest of 37
    energies[:19] += 50
    assert energy_thresholds(energies, best, 3, 0.05)[0] == 50


@pytest.mark.parametrize('videos', [60, 300])
def test_rare_classes_of_lower_energies(videos):
    """Of five common classes and 45 rare ones, no more are unknown."""
    rng = np.random.default_rng(0)

    def draw(count):
        common = rng.random(count) < 0.5
        predicted = np.where(
            common, rng.integers(0, 5, count), rng.integers(5, 50, count)
        )
        return rng.normal(np.where(common, 10, 4)), predicted

    shares = []
    for _ in range(100):
        thresholds = energy_thresholds(*draw(videos), 50, 0.05)
        energies, predicted = draw(2000)
        shares.append((energies < thresholds[predicted]).mean())
    assert np.mean(shares) < 0.052


def test_rare_classes_together():
    energies = np.concatenate([np.arange(100.0, 140), np.arange(20.0)])
    best = np.repeat([0, 1, 2], [40, 10, 10])
    thresholds = energy_thresholds(energies, best, 4, 0.05)
    # The second of 40; the lowest of the 20 of classes 1 and 2.
    assert thresholds.tolist() == [101, 0, 0, 0]
    # Of 18 there is no such share: the second lowest of 58.
    thresholds = energy_thresholds(energies[:-2], best[:-2], 4, 0.05)
    assert thresholds.tolist() == [1, 1, 1, 1]
    # Without any rare videos, nothing speaks against a class's own.
    thresholds = energy_thresholds(energies[:40], best[:40], 2, 0.05)
    assert thresholds.tolist() == [101, 101]


def test_too_few_videos():
    assert fewest_videos(0.05) == 19
    assert fewest_videos(0.01) == 99
    assert fewest_videos(0.5) == 1
    with pytest.raises(StNetInputError, match='give 19 or more'):
        energy_thresholds(np.ones(18), np.zeros(18, int), 2, 0.05)


def test_auroc():
    inside, outside = np.array([3.0, 2.0, 1.0]), np.array([0.0, 2.0])
    assert auroc(inside, outside) == pytest.approx((3 + 1.5) / 6)
    assert auroc(inside, inside) == 0.5
    assert auroc(outside - 9, inside) == 0

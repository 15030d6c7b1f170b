import numpy as np
import pytest
import torch

from stnet_mm.calibration import assess, calibrate, find_unknown
from stnet_mm.models.scores import energy_score


def videos(count: int, scale: float):
    """Logits of confident videos, of which one in ten is taken wrongly."""
    generator = torch.Generator().manual_seed(count)
    labels = torch.arange(count) % 4
    logits = torch.randn(count, 2, 4, generator=generator)
    shown = torch.where(
        torch.arange(count) % 10 == 0, (labels + 1) % 4, labels
    )
    logits += 6 * torch.nn.functional.one_hot(shown, 4)[:, None]
    return scale * logits, labels


def test_figures_of_videos_left_out():
    logits, labels = videos(400, scale=3.0)
    outside = torch.randn(50, 2, 4, generator=torch.Generator().manual_seed(1))
    found = assess(logits, labels, 0.1, outside)
    assert found.error_before == pytest.approx(0.1, abs=0.01)
    assert found.error_after < 0.05
    assert 0.05 < found.alarms < 0.15
    assert found.found > 0.95
    assert found.auroc_before > 0.95
    assert found.auroc_after > 0.95
    made = calibrate(logits, labels, 0.1)
    assert find_unknown(outside, made).mean() > 0.95
    assert find_unknown(logits, made).mean() == pytest.approx(0.1, abs=0.02)


def test_without_others_or_enough_videos():
    logits, labels = videos(60, scale=1.0)
    found = assess(logits, labels, 0.1)
    assert np.isnan(found.found)
    assert np.isnan(found.auroc_after)
    assert assess(logits[:22], labels[:22], 0.05) is None


def test_thresholds_are_of_scaled_logits():
    logits, labels = videos(200, scale=2.0)
    made = calibrate(logits, labels, 0.1)
    assert made.temperature > 1
    assert made.videos == 200
    energies = energy_score(logits / made.temperature).numpy()
    assert (energies < min(made.thresholds)).mean() <= 0.1
    assert (energies < max(made.thresholds)).mean() > 0.05

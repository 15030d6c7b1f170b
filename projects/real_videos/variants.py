"""Variants of the recipe: what was tried, one thing at a time."""

from __future__ import annotations

from .models import Model

VARIANTS = {
    'recipe': Model({}, {}),
    'lr3e-4': Model(dict(lr=3e-4), {}),
    'lr3e-3': Model(dict(lr=3e-3), {}),
}

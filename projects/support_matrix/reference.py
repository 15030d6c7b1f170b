"""Weights of the authors' network, converted, against its numbers.

It is copied beside ``tests`` and run by the Python of a row::

    python reference.py write FOLDER
    python reference.py compare CHECKPOINT
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from mmengine.runner import load_checkpoint

import stnet_mm  # noqa: F401  registers everything
from tests.converters.layouts import write_directory
from tests.models.authors_network import (
    authors_arrays,
    build_stnet,
    case_input,
    read_facts,
)

CASE = 'A'
TOLERANCE = 1e-5  # as in the tests


def write(folder: str) -> None:
    """Write the weights as the authors' directory of variables."""
    settings, _ = case_input(CASE)
    arrays = authors_arrays(settings['layers'], settings['N'])
    write_directory(Path(folder), arrays)


def compare(path: str) -> None:
    """Compare the logits with the authors'."""
    settings, frames = case_input(CASE)
    model = build_stnet(settings['layers'], settings['N'])
    load_checkpoint(model, path, map_location='cpu', strict=True)
    with torch.no_grad():
        ours = model.eval()(frames, stage='head').double()
    theirs = torch.as_tensor(read_facts(CASE)['logits']).double()
    theirs = theirs.reshape(ours.shape)
    error = float((ours - theirs).abs().max() / theirs.abs().max())
    if error > TOLERANCE:
        sys.exit(f'error: logits differ by {error:.1e} of the largest')
    print(f'agrees: {error:.1e} of the largest logit')


if __name__ == '__main__':
    {'write': write, 'compare': compare}[sys.argv[1]](sys.argv[2])

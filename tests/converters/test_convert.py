"""The authors' weights in our model: names, shapes and values."""

import sys

import numpy as np
import pytest
import torch

from stnet_mm.converters import convert_authors_weights
from stnet_mm.converters.names import network_entries
from stnet_mm.errors import StNetInputError

from ..data.authors_network.deterministic_weights import CASES
from ..models.authors_network import (
    authors_arrays,
    authors_stnet,
    build_stnet,
    case_input,
    param_table,
    read_facts,
)
from .layouts import WRITERS, write_directory, write_pickle

FRAMES = {50: 5, 101: 5, 152: 3}


@pytest.mark.parametrize('depth', [50, 101, 152])
def test_names_and_shapes(depth):
    table = param_table(depth)
    entries = network_entries(depth)
    assert {entry.theirs for entry in entries} == set(table)
    assert len({entry.ours for entry in entries}) == len(entries)
    for entry in entries:
        shape = table[entry.theirs]
        assert len(shape) == len(entry.shape), entry
        assert all(
            want in (None, size) for want, size in zip(entry.shape, shape)
        ), entry


@pytest.fixture(scope='module')
def arrays():
    return authors_arrays(50, FRAMES[50])


@pytest.mark.parametrize('layout', WRITERS)
def test_logits(tmp_path, arrays, layout):
    path = WRITERS[layout](tmp_path / layout, arrays)
    done = convert_authors_weights(str(path))
    assert (done.depth, done.num_frames, done.num_classes) == (50, 5, 400)
    # The same for every layout.
    assert done.checksum.startswith('fb1bcc707cfa')
    model = build_stnet(50, num_frames=5).eval()
    model.load_state_dict(done.checkpoint['state_dict'], strict=True)
    for case in CASES:
        _, frames = case_input(case)
        expected = torch.from_numpy(read_facts(case)['logits'])
        with torch.no_grad():
            logits = model(frames, stage='head')
        error = (logits - expected).abs().max() / expected.abs().max()
        assert error < 1e-5, case


@pytest.mark.parametrize(
    ('depth', 'layout'), [(101, 'pickle'), (152, 'nameless')]
)
def test_deeper_networks(tmp_path, depth, layout):
    path = WRITERS[layout](
        tmp_path / layout, authors_arrays(depth, FRAMES[depth])
    )
    done = convert_authors_weights(str(path), depth)
    ours = build_stnet(depth, FRAMES[depth]).eval()
    ours.load_state_dict(done.checkpoint['state_dict'], strict=True)
    theirs = authors_stnet(depth, FRAMES[depth])
    frames = torch.rand(1, 2 * FRAMES[depth], 3, 64, 64)
    with torch.no_grad():
        one, two = (m(frames, stage='head') for m in (ours, theirs))
    assert torch.equal(one, two)


@pytest.fixture(scope='module')
def small():
    """StNet-ResNet50 with one frame and three classes, made of ones."""
    sizes = {'conv1_weights': (64, 3, 7, 7), 'fc_0.w_0': (1024, 3)}
    sizes['fc_0.b_0'] = (3,)
    return {
        # Without memory of their own.
        e.theirs: np.broadcast_to(np.float32(1), sizes.get(e.theirs, e.shape))
        for e in network_entries(50)
    }


def refused(path, **kwargs):
    with pytest.raises(StNetInputError) as caught:
        convert_authors_weights(str(path), **kwargs)
    message = str(caught.value)
    assert str(path) in message
    assert '\n' not in message
    return message


def test_other_numbers_of_frames_and_classes(tmp_path, small):
    path = write_pickle(tmp_path / 'file', small)
    done = convert_authors_weights(str(path), num_segments=7)
    assert (done.depth, done.num_frames, done.num_classes) == (50, 1, 3)
    assert done.checkpoint['meta']['stnet']['num_segments'] == 7
    assert 'holds a network of depth 50, not 101' in refused(path, depth=101)


def test_missing_and_left_over_entries(tmp_path, small):
    path = write_directory(tmp_path / 'weights', small)
    (path / 'fc_0.b_0').rename(path / 'fc_1.b_0')
    message = refused(path)
    assert 'lacks 1 entries (fc_0.b_0)' in message
    assert 'has left over 1 entries (fc_1.b_0)' in message
    for file in path.glob('res*'):
        file.unlink()
    assert 'res2a_branch1_weights, res2a_branch2a_weights' in refused(path)


@pytest.mark.parametrize(
    ('name', 'shape', 'message'),
    [
        ('res2a_branch1_weights', (256, 32, 1, 1), r'(256, 64, 1, 1)'),
        ('batch_norm_24.w_0', (512, 1), '(512)'),
        ('conv1_weights', (64, 4, 7, 7), 'no frames of RGB'),
        ('conv1_weights', (64, 15), '(64, any, 7, 7)'),
        ('conv1_weights', (64,), '(64, any, 7, 7)'),
        ('conv1_weights', (64, 303, 7, 7), '(64, any, 7, 7)'),
        ('fc_0.b_0', (), 'fc_0.b_0 has shape () instead of (any)'),
        ('fc_0.w_0', (1024, 4), 'fc_0.w_0 is for 4 classes, fc_0.b_0 for 3'),
    ],
)
def test_wrong_shapes(tmp_path, small, name, shape, message):
    arrays = {**small, name: np.ones(shape, np.float32)}
    assert message in refused(write_pickle(tmp_path / 'file', arrays))


def test_names_that_are_not_printable(tmp_path, small):
    arrays = {**small, 'a\nb\x1b' + 'c' * 900: np.ones(1, np.float32)}
    message = refused(write_pickle(tmp_path / 'file', arrays))
    assert r'a\nb\x1bccc' in message
    assert len(message) < 300


@pytest.mark.skipif(sys.platform == 'win32', reason='it has no such limit')
def test_directories_keep_no_file_open(tmp_path, small):
    import resource

    path = write_directory(tmp_path / 'weights', small)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(200, soft), hard))
    try:
        assert convert_authors_weights(str(path)).depth == 50
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

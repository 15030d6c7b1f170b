import shutil

import pytest
import torch

from ..videos import write_video
from .conftest import fail_tool, run_tool
from .processes import run_quickly

load_file = pytest.importorskip('safetensors.torch').load_file


def test_one_file_and_one_of_each(workshop, checkpoint):
    model = ('config.py', checkpoint)
    out = run_tool(
        *('extract_features', *model, 'data/val.txt', 'feats'),
        *('--feature', 'txb', '--batch-size', 4),
        cwd=workshop,
    )
    assert out == 'features: 6 of 6 extracted, 0 there before; wrote feats\n'
    names = [f'videos/val_{c}_{i}.mp4' for c in range(3) for i in range(2)]
    single = {
        name: load_file(workshop / 'feats' / f'{name}.safetensors')['feature']
        for name in names
    }
    assert {x.shape for x in single.values()} == {(2, 1024)}
    # Interrupted after some: only the others are computed.
    lost = workshop / 'feats' / f'{names[3]}.safetensors'
    lost.unlink()
    out = run_tool(
        *('extract_features', *model, 'data/val.txt', 'feats'),
        *('--feature', 'txb'),
        cwd=workshop,
    )
    assert '1 of 6 extracted, 5 there before' in out
    # Alone or in a batch of four: sums are rounded otherwise.
    torch.testing.assert_close(
        load_file(lost)['feature'], single[names[3]], rtol=1e-3, atol=1e-4
    )
    error = fail_tool(
        'extract_features', *model, 'data/val.txt', 'feats', cwd=workshop
    )
    assert 'feature txb, not txb_max' in error

    run_tool(
        *('extract_features', *model, 'data/val.txt', 'all.safetensors'),
        cwd=workshop,
    )
    found = load_file(workshop / 'all.safetensors')
    assert sorted(found) == names
    for name in names:
        torch.testing.assert_close(
            found[name], single[name].amax(dim=0), rtol=1e-3, atol=1e-4
        )
    assert not list(workshop.glob('.all*'))
    assert 'is there already' in fail_tool(
        *('extract_features', *model, 'data/val.txt', 'all.safetensors'),
        cwd=workshop,
    )


def test_what_cannot_be_read(workshop, checkpoint):
    folder = workshop / 'some'
    folder.mkdir()
    write_video(folder / '跑步 a.mp4')
    (folder / 'text.mp4').write_text('no video')
    status, out, err = run_quickly(
        *('extract_features', 'config.py', checkpoint, 'some'),
        'some.safetensors',
        cwd=workshop,
    )
    assert status == 1
    assert '1 of 2 extracted' in out
    assert err.count('error: ') == 1
    assert 'some/text.mp4: it cannot be opened' in err
    assert list(load_file(workshop / 'some.safetensors')) == ['跑步 a.mp4']


def test_nothing_can_be_read(workshop, checkpoint):
    names = ('a.mp4', 'b.mp4')
    (workshop / 'lost.txt').write_text(''.join(f'{n} 0\n' for n in names))
    status, out, err = run_quickly(
        *('extract_features', 'config.py', checkpoint, 'lost.txt'),
        'lost.safetensors',
        cwd=workshop,
    )
    assert status == 1
    assert 'lost.safetensors is not written; is --root missing?' in err
    assert not out
    assert not (workshop / 'lost.safetensors').exists()


def test_parts_of_videos(workshop, checkpoint, tmp_path):
    listed = tmp_path / 'parts.csv'
    listed.write_text('path,start,end,label\na.mp4,0,0.5,0\na.mp4,0.5,1,1\n')
    error = fail_tool(
        *('extract_features', 'config.py', checkpoint, listed, 'parts'),
        cwd=workshop,
    )
    assert 'parts.csv, line 2: a part of a video' in error


def test_features_of_another_training_are_not_mixed_in(workshop, checkpoint):
    command = ('extract_features', 'config.py', 'of_name.pth', 'data/val.txt')
    shutil.copy(workshop / checkpoint, workshop / 'of_name.pth')
    run_tool(*command, 'kept', cwd=workshop)
    assert '0 of 6 extracted' in run_tool(*command, 'kept', cwd=workshop)
    loaded = torch.load(workshop / checkpoint, weights_only=False)
    next(iter(loaded['state_dict'].values())).add_(0.1)
    torch.save(loaded, workshop / 'of_name.pth')
    error = fail_tool(*command, 'kept', cwd=workshop)
    assert 'other settings (checkpoint ' in error
    error = fail_tool(*command, 'kept', '--root', 'elsewhere', cwd=workshop)
    assert '; root ' in error

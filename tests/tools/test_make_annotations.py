import runpy
import shutil
from itertools import chain
from pathlib import Path

import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from stnet_mm.datasets.annotations import FORMATS

from ..videos import write_folder, write_sound, write_video
from .conftest import custom_config, fail_tool, run_tool
from .processes import ROOT


@pytest.fixture
def clips(tmp_path):
    """A folder of two classes: five clips of one, three of the other."""
    for label, number, frames in (('wave hand', 5, 8), ('跳ぶ 🎬', 3, 16)):
        folder = tmp_path / 'my clips' / label
        folder.mkdir(parents=True)
        for i in range(number):
            write_video(folder / f'take {i}.mp4', frames + i)
    return tmp_path / 'my clips'


def lines_of(path):
    return path.read_text('utf-8').splitlines()


def test_a_folder(clips, tmp_path, monkeypatch):
    write_folder(clips / '跳ぶ 🎬' / 'frames', frames=4)
    write_sound(clips / 'wave hand' / 'sound.mp4')
    (clips / 'wave hand' / '.trash').mkdir()
    out = run_tool(
        'make_annotations',
        *('my clips', '--out', 'lists', '--workers', 2, '--min-frames', 5),
        cwd=tmp_path,
    )
    lists = tmp_path / 'lists'
    assert lines_of(lists / 'classes.txt') == ['wave hand', '跳ぶ 🎬']
    listed = {
        split: lines_of(lists / f'{split}.txt')
        for split in ('train', 'val', 'test')
    }
    assert [*map(len, listed.values())] == [5, 1, 2]
    assert sorted(chain(*listed.values())) == [
        *(f'wave hand/take {i}.mp4 0' for i in range(5)),
        *(f'跳ぶ 🎬/take {i}.mp4 1' for i in range(3)),
    ]
    rows = [line.split() for line in out.splitlines()]
    assert ['train', '5', '2', '2', '/', '2.5', '/', '3'] in rows
    assert ['val', '1', '1', '0', '/', '0.5', '/', '1'] in rows
    assert ['test', '2', '2', '1', '/', '1', '/', '1'] in rows
    assert 'folder: 10 clips, 2 classes' in out
    notes = [line.split('\t') for line in lines_of(lists / 'clip_notes.txt')]
    assert [path for path, _ in notes] == [
        *('wave hand/.trash', 'wave hand/sound.mp4', '跳ぶ 🎬/frames'),
    ]
    for path, reason in notes:
        assert f'{reason} (1): {path}' in out
    # The lines that it prints make a config that finds every clip.
    settings = {}
    exec(out.partition('In the config:\n')[2], settings)
    del settings['__builtins__']
    assert settings['max_iters'] == 330  # few clips
    monkeypatch.chdir(tmp_path)
    cfg = Config.fromfile(custom_config(tmp_path / 'config.py', **settings))
    for split, lines in listed.items():
        dataset = cfg[f'{split}_dataloader'].dataset
        data = DATASETS.build({**dataset, 'pipeline': []})
        assert len(data) == len(lines)
        assert all(
            Path(data[i]['filename']).is_file() for i in range(len(data))
        )
        assert data.metainfo['classes'] == ['wave hand', '跳ぶ 🎬']
    assert cfg.model.cls_head.num_classes == 2


def test_again_and_otherwise(clips, tmp_path):
    def run(*options):
        return run_tool(
            'make_annotations',
            *('my clips', '--out', 'my clips', *options),
            cwd=tmp_path,
        )

    # Into the folder itself, where the lists are no clips the next time.
    first = run()
    made = {path: path.read_bytes() for path in clips.glob('*.txt')}
    assert 'neither video' not in first
    assert 'neither video nor frame (5): classes.txt, clip_check' in run()
    assert {path: path.read_bytes() for path in made} == made
    run('--fractions', 0.5, 0, 0.5, '--overwrite')
    assert len(lines_of(clips / 'test.txt')) == 5
    assert not (clips / 'val.txt').exists()


def test_a_list_without_the_check(clips, tmp_path):
    (tmp_path / 'names.txt').write_text('jump\nwave\n')
    rows = [f'{clips}/wave hand/take {i}.mp4,1,s{i // 2}\n' for i in range(5)]
    rows += [f'跳ぶ 🎬/take {i}.mp4,jump,s{i}\n' for i in range(3)]
    rows += ['gone.mp4,jump,s0\n']
    (tmp_path / 'list.csv').write_text('path,label,group\n' + ''.join(rows))
    arguments = (
        *('list.csv', '--videos', 'my clips', '--labels', 'names.txt'),
        *('--out', 'lists', '--no-check', '--group-by', r'take (\d)'),
    )
    error = fail_tool('make_annotations', *arguments, cwd=tmp_path)
    assert "puts it into the group 's0' already" in error
    rows = [row.rpartition(',')[0] + '\n' for row in rows]
    (tmp_path / 'list.csv').write_text('path,label\n' + ''.join(rows))
    out = run_tool('make_annotations', *arguments, cwd=tmp_path)
    assert 'list: 8 clips, 2 classes' in out
    assert 'not on the disk (1): gone.mp4' in out
    lists = [
        lines_of(tmp_path / 'lists' / f'{split}.txt')
        for split in ('train', 'val', 'test')
    ]
    assert [*map(len, lists)] == [5, 1, 2]
    assert 'wave hand/take 0.mp4 1' in chain(*lists)
    takes = [{line.split()[-2] for line in lines} for lines in lists]
    assert len(set().union(*takes)) == sum(map(len, takes)) == 5
    assert not (tmp_path / 'lists' / 'clip_check.jsonl').exists()


def test_official_splits(clips, tmp_path):
    lists = tmp_path / 'splits'
    lists.mkdir()
    (lists / 'classInd.txt').write_text('1 Wave\n2 Jump\n')
    for i in range(3):
        for source, name in (('wave hand', 'Wave'), ('跳ぶ 🎬', 'Jump')):
            target = tmp_path / 'UCF-101' / name / f'v_{name}_g0{i}_c01.avi'
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(clips / source / f'take {i}.mp4', target)
    for number, split in ((0, 'test'), (1, 'train'), (2, 'train')):
        with open(lists / f'{split}list01.txt', 'a') as file:
            for name in ('Wave', 'Jump'):
                file.write(f'{name}/v_{name}_g0{number}_c01.avi\n')
    args = ('splits', '--videos', 'UCF-101', '--out', 'lists')
    out = run_tool('make_annotations', *args, cwd=tmp_path)
    assert 'ucf101: 6 clips, 2 classes' in out
    assert lines_of(tmp_path / 'lists' / 'test.txt') == [
        *('Jump/v_Jump_g00_c01.avi 1', 'Wave/v_Wave_g00_c01.avi 0')
    ]
    assert len(lines_of(tmp_path / 'lists' / 'train.txt')) == 4
    assert "val_list = 'test.txt'\ntest_list = 'test.txt'" in out

    error = fail_tool(
        'make_annotations', *args, '--fractions', 0.8, 0.1, 0.1, cwd=tmp_path
    )
    assert 'has splits of its own: leave out --fractions' in error
    # A copy of a clip to train on, to be tested on.
    shutil.copy(
        tmp_path / 'UCF-101' / 'Wave' / 'v_Wave_g01_c01.avi',
        tmp_path / 'UCF-101' / 'Wave' / 'v_Wave_g00_c01.avi',
    )
    error = fail_tool('make_annotations', *args, cwd=tmp_path)
    assert 'g01_c01.avi (train) and Wave/v_Wave_g00_c01.avi (test)' in error


def test_bad_input(clips, tmp_path):
    (clips / '跳ぶ 🎬' / 'take 9.mp4').write_text('no video')
    for i in range(2):
        (clips / '跳ぶ 🎬' / f'take {i}.mp4').unlink()
    for out, message in (
        ('lists', "class '跳ぶ 🎬' has one clip only, 跳ぶ 🎬/take 2.mp4"),
        ('my clips/lists', 'my clips/lists is inside of my clips and would'),
    ):
        error = fail_tool(
            'make_annotations', 'my clips', '--out', out, cwd=tmp_path
        )
        assert message in error
    assert not (tmp_path / 'lists' / 'train.txt').exists()


def test_formats_are_those_of_the_package():
    tool = runpy.run_path(str(ROOT / 'tools' / 'make_annotations.py'))
    assert {*tool['FORMATS']} == {'auto', *FORMATS}

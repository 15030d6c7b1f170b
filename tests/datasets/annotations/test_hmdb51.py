import pytest

from stnet_mm.datasets.annotations import Clip, read_hmdb51
from stnet_mm.errors import StNetInputError

from .trees import counts, make_tree, noted, write_lists_of

BRUSH = (
    'April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1 \n'
    'April_09_brush_hair_u_nm_np1_ba_goo_1.avi 1 \n'
    'atheism_brush_hair_u_nm_np2_le_goo_0.avi 2 \n'
    'Haare_k#mmen_(1)&_brush_hair_f_cm_np1_fr_bad_0.avi 0 \n'
)
WAVE = (
    '21_wave_u_nm_np1_fr_goo_4.avi 2 \n'
    '50_FIRST_DATES_wave_f_cm_np1_fr_med_0.avi 1 \n'
)


def test_official_splits(tmp_path):
    lists = write_lists_of(
        tmp_path / 'lists',
        brush_hair_test_split1_txt=BRUSH,
        wave_test_split1_txt=WAVE,
        brush_hair_test_split2_txt=BRUSH.replace('1 \n', '2 \n'),
        wave_test_split2_txt=WAVE,
    )
    names = [line.split()[0] for line in (BRUSH + WAVE).splitlines()]
    folders = ['brush_hair'] * 4 + ['wave'] * 2
    files = [f'{folder}/{name}' for folder, name in zip(folders, names)]
    videos = make_tree(tmp_path / 'videos', *files)
    found = read_hmdb51(lists, videos)
    assert counts(found) == {
        ('train', 'brush_hair'): 2,
        ('test', 'brush_hair'): 1,
        ('train', 'wave'): 1,
        ('test', 'wave'): 1,
    }
    assert found.clips[0] == Clip(files[0], 'brush_hair', 'train')
    assert found.classes == ['brush_hair', 'wave']
    assert noted(found) == {'not in this split': [files[3]]}
    second = read_hmdb51(lists, videos, split=2)
    assert counts(second)['test', 'brush_hair'] == 3


def test_bad_lists(tmp_path):
    with pytest.raises(StNetInputError, match='no files CLASS_test_split3'):
        read_hmdb51(tmp_path, split=3)
    write_lists_of(tmp_path, wave_test_split1_txt='a.avi 1\nb.avi 3\n')
    with pytest.raises(StNetInputError, match="line 2: 'b.avi 3' is not"):
        read_hmdb51(tmp_path)

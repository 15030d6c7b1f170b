from contextlib import nullcontext

import pytest
from mmengine.config import Config

from stnet_mm.datasets.checking.config_check import check_config
from stnet_mm.errors import StNetInputError

from ...videos import write_video


def test_paths_relative_to_data_root(tmp_path):
    (tmp_path / 'videos').mkdir()
    write_video(tmp_path / 'videos' / 'a.mp4', 20, (48, 32))
    (tmp_path / 'list.txt').write_text('a.mp4 0\n')
    data = dict(
        type='StNetVideoDataset',
        data_root=str(tmp_path),
        ann_file='list.txt',
        data_prefix=dict(video='videos'),
    )
    cfg = Config(dict(train_dataloader=dict(dataset=data)))
    check_config(cfg)
    (tmp_path / 'list.txt').write_text('a.mp4 0\nb.mp4 0\n')
    with pytest.raises(StNetInputError, match='1 of 2 videos'):
        check_config(cfg)


@pytest.mark.parametrize(('policy', 'fails'), [(None, True), ('skip', False)])
def test_a_policy_that_is_none_tolerates_nothing(tmp_path, policy, fails):
    for number in range(10):
        write_video(tmp_path / f'{number}.mp4', 20, (48, 32))
    (tmp_path / '9.mp4').write_text('no video')
    lines = ''.join(f'{number}.mp4 0\n' for number in range(10))
    (tmp_path / 'list.txt').write_text(lines)
    data = dict(
        type='StNetVideoDataset',
        ann_file=str(tmp_path / 'list.txt'),
        data_prefix=dict(video=str(tmp_path)),
        on_bad_video=policy,
    )
    cfg = Config(dict(train_dataloader=dict(dataset=data)))
    context = nullcontext()
    if fails:
        context = pytest.raises(StNetInputError, match='1 of 10 videos')
    with context:
        check_config(cfg)

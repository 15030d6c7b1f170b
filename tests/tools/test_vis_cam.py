import signal

import av
import pytest
from PIL import Image

from stnet_mm.visualization import SourceVideo

from ..serving import serve
from ..videos import write_folder, write_sound, write_video
from .conftest import fail_tool, run_tool
from .processes import finish, start_tool, wait_for_line

VIDEO = 'data/videos/val_1_0.mp4'


def test_every_format(workshop, checkpoint):
    out = run_tool(
        'vis_cam',
        *('config.py', checkpoint, VIDEO, '--out', 'cam', '--class', 'kind2'),
        *('--target-layer', 'backbone.layer3', '--device', 'cpu'),
        *('--format', 'html', 'mp4', 'gif', 'png'),
        cwd=workshop,
    )
    assert 'kind2' in out
    files = sorted(path.name for path in (workshop / 'cam').iterdir())
    assert files == [f'val_1_0_cam.{s}' for s in ('gif', 'html', 'mp4', 'png')]
    assert all(f'wrote cam/{file}' in out for file in files)
    # The frames and the rate of the source.
    with av.open(str(workshop / VIDEO)) as source:
        count = sum(1 for _ in source.decode(video=0))
    with av.open(str(workshop / 'cam' / 'val_1_0_cam.mp4')) as video:
        assert sum(1 for _ in video.decode(video=0)) == count
        assert float(video.streams.video[0].average_rate) == 12
    with Image.open(workshop / 'cam' / 'val_1_0_cam.png') as sheet:
        assert sheet.width > 300
    with Image.open(workshop / 'cam' / 'val_1_0_cam.gif') as gif:
        assert gif.n_frames > 10
    page = (workshop / 'cam' / 'val_1_0_cam.html').read_text()
    assert page.index('kind2') < page.index('kind0')


def test_a_url(workshop, checkpoint):
    with serve(workshop) as address:
        out = run_tool(
            'vis_cam',
            *('config.py', checkpoint, f'{address}/{VIDEO}', '--out', 'url'),
            *('--format', 'html', 'png'),
            cwd=workshop,
        )
        error = fail_tool(
            'vis_cam', 'config.py', checkpoint, f'{address}/no', cwd=workshop
        )
    assert 'wrote url/val_1_0_cam.html' in out
    assert (
        '<h1>val_1_0.mp4</h1>'
        in (workshop / 'url' / 'val_1_0_cam.html').read_text()
    )
    assert f'{address}/no cannot be downloaded' in error


@pytest.mark.parametrize('published', [False, True])
def test_two_models_side_by_side(workshop, checkpoint, tmp_path, published):
    second, titles = ('config.py', checkpoint), ('config-1', 'config-2')
    if published:
        second = (tmp_path / 'other.pth',)
        run_tool(
            *('publish_model', checkpoint, *second, '--config', 'config.py'),
            cwd=workshop,
        )
        second = tuple(tmp_path.glob('other-*'))
        titles = ('config', second[0].stem)
    run_tool(
        'vis_cam',
        *('config.py', checkpoint, VIDEO, '--out', tmp_path / 'two'),
        *('--compare', *second, '--format', 'mp4', 'png', '--method', 'cam'),
        cwd=workshop,
    )
    names = sorted(path.name for path in (tmp_path / 'two').iterdir())
    pictures = [f'val_1_0_cam_{title}.png' for title in titles]
    assert names == ['val_1_0_cam.mp4', *pictures]
    with av.open(str(tmp_path / 'two' / 'val_1_0_cam.mp4')) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (2 * 64, 64 + 28)


def test_a_folder_of_frames(workshop, checkpoint):
    write_folder(workshop / 'frames')
    run_tool(
        'vis_cam',
        *('config.py', checkpoint, 'frames', '--fps', 10, '--out', 'folder'),
        *('--format', 'mp4'),
        cwd=workshop,
    )
    with av.open(str(workshop / 'folder' / 'frames_cam.mp4')) as video:
        shown = [frame.time for frame in video.decode(video=0)]
        assert video.streams.video[0].height == 48
    assert shown == pytest.approx([i / 10 for i in range(24)])


def test_preview_model(workshop, checkpoint):
    out = run_tool(
        'vis_cam',
        *('config.py', checkpoint, VIDEO, '--preview-model', '--out', 'none'),
        cwd=workshop,
    )
    names = [line.split()[0] for line in out.splitlines()]
    assert names[-1] == 'backbone'
    assert 'backbone.layer3' in names
    assert '2 x 64 x 1 x 1' in out.splitlines()[-1]
    assert not (workshop / 'none').exists()


def test_bad_input_leaves_nothing(workshop, checkpoint):
    write_sound(workshop / 'sound.mp4')
    (workshop / 'file').write_text('')
    for args, message in (
        ((VIDEO, '--target-layer', 'backbone.layer33'), 'did you mean'),
        ((VIDEO, '--class', 'kindd1'), 'did you mean kind1'),
        (('sound.mp4',), 'sound.mp4: it cannot be opened as a video'),
        ((VIDEO, '--out', 'file'), 'file'),
    ):
        out = () if '--out' in args else ('--out', 'bad')
        error = fail_tool(
            'vis_cam', 'config.py', checkpoint, *args, *out, cwd=workshop
        )
        assert message in error
    assert [*(workshop / 'bad').glob('*')] == []


@pytest.mark.parametrize(
    ('name', 'height', 'width'),
    [
        ('phone_90.mov', 68, 98),
        ('av1.mp4', 68, 98),
        ('wide.mp4', 320, 1280),
    ],
)
def test_odd_videos_become_ones_that_browsers_play(
    workshop, checkpoint, odd_videos, name, height, width
):
    run_tool(
        'vis_cam',
        *('config.py', checkpoint, f'odd/{name}', '--out', 'played'),
        *('--format', 'mp4', 'html'),
        cwd=workshop,
    )
    stem = name.split('.')[0]
    page = workshop / 'played' / f'{stem}_cam.html'
    assert page.stat().st_size < 2_000_000
    source = SourceVideo(workshop / 'odd' / name)
    with av.open(str(workshop / 'played' / f'{stem}_cam.mp4')) as video:
        context = video.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ('h264', 'yuv420p')
        # Upright, and not larger than screens.
        assert (context.height, context.width) == (height, width)
        assert sum(1 for _ in video.decode(video=0)) == len(source)


def test_an_interrupted_video_is_not_there(workshop, checkpoint):
    write_video(workshop / 'long.mp4', frames=2000, size=200)
    process = start_tool(
        'vis_cam',
        *('config.py', checkpoint, 'long.mp4', '--out', 'stopped'),
        *('--format', 'mp4', '--device', 'cpu'),
        cwd=workshop,
    )
    # Its prediction is printed before it draws.
    assert 'kind' in wait_for_line(process)
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    assert status == 1
    assert err.splitlines()[-1] == 'interrupted'
    assert [*(workshop / 'stopped').glob('*')] == []

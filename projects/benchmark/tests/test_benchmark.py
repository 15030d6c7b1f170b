"""What is compared is the same work, and tables say what was measured."""

import itertools

import numpy as np
import pytest
import torch

from projects.benchmark import (
    archives,
    baselines,
    cpu_training,
    exported,
    forward,
    gpu,
    networks,
    small_networks,
    training,
)
from projects.benchmark.cpu_training import compare_cpu_training
from projects.benchmark.decoding import compare_input
from projects.benchmark.feeding import compare_feeding
from projects.benchmark.floor import find_floor
from projects.benchmark.forward import compare_forward
from projects.benchmark.loading import compare_end_to_end
from projects.benchmark.report import Case, Report
from projects.benchmark.testing import compare_testing
from projects.benchmark.training import compare_train_step
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.recipe import fill_in
from stnet_mm.utils.torchcodec_fault import find_torchcodec_fault
from tests.videos import write_video


@pytest.fixture
def report():
    return Report(repeats=1)


def rows_of(report, title):
    (table,) = (t for t in report.tables if t['title'].startswith(title))
    return {next(iter(row.values())): row for row in table['rows']}


def test_cases_take_turns():
    calls = []
    time = itertools.count()
    report = Report(repeats=3)
    rows = report.compare(
        'title',
        [
            # Seconds are calls of the clock: two for "a", four for "b".
            Case('a', lambda: calls.append('a') or next(time)),
            Case('b', lambda: calls.append('b') or [*zip('123', time)], 6),
        ],
        'unit',
        clock=lambda: float(next(time)),
    )
    assert calls == ['a', 'b'] * 4
    assert [row['median'] for row in rows] == [2, 4]
    assert [row['speedup'] for row in rows] == [1, 0.5]
    assert rows[1]['rate'] == 1.5
    assert report.tables == [dict(title='title', unit='unit', rows=rows)]


def test_input(report, tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path, frames=130, size=(340, 256))
    compare_input(report, [str(path)])
    for mode in ('training, 7x5', 'testing, 25x5'):
        rows = rows_of(report, f'video.mp4: {mode} frames, processor time')
        assert all(row['median'] > 0 for row in rows.values())
    for mode in ('training', 'testing'):
        rows = rows_of(report, f'video.mp4: {mode}, pixels')
        decoders = [name for name in rows if name.startswith('ours')]
        assert len(decoders) == (3 if find_torchcodec_fault() else 4)
        for name in decoders:
            assert rows[name]['identical'], name


def test_testing(report, tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path, frames=20, size=(340, 256))
    compare_testing(report, 'cpu', [str(path)], [64], segments=2, batches=[2])
    rows = rows_of(report, 'ten crops of 64, 2x5 frames: memory')
    stock, ours = rows['MMAction2: TenCrop'], rows['ours']
    assert ours['difference of the logits'] < 1e-5
    megabytes = 'MB to the main process'
    assert stock[megabytes] == pytest.approx(10 * 10 * 3 * 64 * 64 / 1e6)
    assert ours[megabytes] == pytest.approx(10 * 3 * 256 * 340 / 1e6)
    assert ours['peak MB, batch 2'] > 0


def test_forward(report, monkeypatch):
    for module in (networks, forward):
        monkeypatch.setattr(module, 'SIZE', 64)
    monkeypatch.setattr(baselines, 'BASELINES', baselines.BASELINES[:1])
    compare_forward(report, 'cpu', compiled=False)
    rows = rows_of(report, 'forward: StNet-R50')
    for name in (
        'StNet, NCHW',
        'StNet --fast, fp32',
        'limit: convolution, fp32',
    ):
        assert rows[name]['rate'] > 0
    assert len(rows_of(report, 'forward: one clip')) == 2
    ((title, shares),) = (
        (t['title'], t['rows'])
        for t in report.tables
        if t['title'].startswith('share of the limits')
    )
    assert 'forward: StNet-R50, 1 x 7x5 frames' in title
    for row in shares:
        # Each beside the limit of its own precision.
        limit = 'bf16' if row['case'].endswith('16 bits') else 'fp32'
        rate = rows[row['case']]['rate']
        assert row['of the convolution'] == pytest.approx(
            rate / rows[f'limit: convolution, {limit}']['rate']
        )
    assert len(rows_of(report, 'StNet-R50 --fast')) == 3


def test_train_step(report, monkeypatch):
    for module in (networks, training):
        monkeypatch.setattr(module, 'SIZE', 64)
    compare_train_step(report, 'cpu')
    rows = rows_of(report, 'training step')
    assert {'StNet-R50, NCHW', 'StNet-R50, channels last'} <= rows.keys()
    rows = rows_of(report, 'temporal convolution of 512 channels, NCHW')
    assert len(rows) == 4
    assert not torch.is_inference_mode_enabled()


def test_cpu_training(report, monkeypatch):
    for name in ('STNET_MALLOC', 'GLIBC_TUNABLES', 'LD_PRELOAD'):
        monkeypatch.delenv(name, raising=False)
    compare_cpu_training(report, [32], ['StNet'], ['R18'])
    title = 'training on a CPU: StNet-R18, 8 clips of 7 segments of 32x32'
    times = rows_of(report, title)
    row = rows_of(report, 'training on a CPU: 8 clips')['StNet-R18']
    for name in ('as it is', 'memory kept'):
        assert row[f'{name}, s'] == times[name]['median']
        # Weights, gradients and averages of the optimizer take 240 MB.
        assert row[f'peak MB, {name}'] > 240
    assert row['gain by memory kept'] == times['memory kept']['speedup']
    assert row['beside StNet'] == 1


def test_networks_beside_the_first_one(report, monkeypatch):
    seconds = iter([2.0, 6.0, 1.0, 5.0])
    monkeypatch.setattr(
        cpu_training,
        '_compare',
        lambda report, title, network, trunk, *args: {
            'network': f'{network}-{trunk}',
            'memory kept, s': next(seconds),
        },
    )
    compare_cpu_training(report, [32], ['TSN', 'StNet'])
    rows = rows_of(report, 'training on a CPU')
    ratios = {name: row['beside TSN'] for name, row in rows.items()}
    assert ratios == {
        **{'TSN-Lite0': 1, 'StNet-Lite0': 3},
        **{'TSN-R18': 1, 'StNet-R18': 5},
    }


def test_memory_that_cannot_be_kept(monkeypatch):
    monkeypatch.setenv('STNET_MALLOC', '0')
    with pytest.raises(StNetInputError, match='freed memory cannot be kept'):
        cpu_training._prepare('TSN', 'R18', 32, cpu_training.WAYS[1])


@pytest.mark.parametrize('trunk', small_networks.TRUNKS)
def test_small_networks(trunk):
    if trunk == 'Lite0':
        pytest.importorskip('timm')
    logits = {}
    for network in small_networks.NETWORKS:
        torch.manual_seed(0)
        model = small_networks.build(network, trunk).eval()
        # TSN and TSM see one frame of a segment.
        clip = torch.rand(1, 7 * (5 if network == 'StNet' else 1), 3, 32, 32)
        with torch.no_grad():
            logits[network] = [
                model(x, stage='head') for x in (clip, clip.flip(1))
            ]
        assert logits[network][0].shape == (1, 400)
        weights = sum(p.numel() for p in model.backbone.parameters())
        assert weights > (3e6 if trunk == 'Lite0' else 11e6)
    # All but TSN see the order.
    for network, pair in logits.items():
        same = torch.allclose(*pair, atol=1e-5)
        assert same == (network == 'TSN'), network


def test_end_to_end(report, tmp_path, monkeypatch):
    path = tmp_path / 'video.mp4'
    write_video(path, frames=40, size=(64, 48))
    compare_end_to_end(report, 'cpu', [str(path)], batch=2, batches=2)
    rows = rows_of(report, 'end to end: 4 videos')
    assert len(rows) == 3
    assert rows['both']['rate'] > 0


def test_exported(report, monkeypatch):
    slim = dict(type='StNetSlimResNet', depth=18, base_channels=8)
    monkeypatch.setattr(exported, 'TRUNKS', dict(slim=(slim, 64)))
    monkeypatch.setattr(exported, 'SIZE', 48)
    monkeypatch.setattr(exported, 'SEGMENTS', 2)
    monkeypatch.setattr(exported, 'READ', (1, 10, 56, 64, 3))
    compare = report.compare
    scores = {}

    def compare_too(title, cases):
        for case in cases:
            scores[case.name] = np.asarray(case.run()).reshape(400)
        return compare(title, cases)

    monkeypatch.setattr(report, 'compare', compare_too)
    exported.compare_exported(report)
    first, *others, integers = scores.values()
    assert len(others) == 3
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-5)
    assert integers.argmax() == first.argmax()
    assert integers.sum() == pytest.approx(1)
    formats = {row['format']: row for row in report.tables[-1]['rows']}
    assert formats.keys() == scores.keys() - {'eager, --fast fp32'}
    integers = formats.pop(exported.INT8)
    assert all(row['off the model'] < 1e-4 for row in formats.values())
    assert integers['MiB'] < formats['onnx']['MiB'] / 2


def test_archive(report, tmp_path, monkeypatch):
    # It would hold for the other tests, too.
    monkeypatch.setattr(archives, 'keep_freed_memory', lambda: None)
    monkeypatch.setattr(archives, 'WORKERS', (1,))
    paths = [tmp_path / f'{i}.mp4' for i in range(3)]
    for i, path in enumerate(paths):
        write_video(path, frames=20 + i, size=(64, 48))
    lines = dict(num_segments=2, num_frames=2, crop_size=32)
    config = tmp_path / 'config.py'
    config.write_text(fill_in(archives.CONFIG.read_text(), lines))
    archives.compare_archive(report, 'cpu', [*map(str, paths)], config)
    times, scores = report.tables
    assert [row['name'] for row in times['rows']] == [
        'one by one',
        '--out, workers 1',
    ]
    assert all(row['rate'] > 0 for row in times['rows'])
    assert scores['rows'][0]['largest difference'] < 1e-5


def test_the_floor_is_the_longer_of_arithmetic_and_memory():
    conv = torch.nn.Conv2d(3, 4, 3, padding=1, bias=False)
    x = torch.randn(2, 3, 8, 8)
    operations = 2 * 2 * 4 * 8 * 8 * 27
    moved = 2 * (2 * 3 * 64 + 2 * 4 * 64 + 4 * 27)
    floor = find_floor(lambda: conv(x).relu(), 10.0, 1e9)
    assert floor.operations == operations
    assert floor.seconds == pytest.approx(operations / 10)
    floor = find_floor(lambda: conv(x).relu(), 1e9, 10.0)
    assert floor.seconds == pytest.approx(moved / 10)
    # A backward pass by the input and by the weights costs twice as much.
    x.requires_grad_()
    both = find_floor(lambda: conv(x).sum().backward(), 10.0, 1e9)
    assert both.operations == 3 * operations


def test_gpu(report, monkeypatch):
    """On a CPU, where the ways of a GPU are those of a CPU."""
    for module in (gpu, networks, training):
        monkeypatch.setattr(module, 'SIZE', 32)
    trunks = {
        'R50': (dict(type='ResNet', depth=18), 512),
        'Lite0': networks.TRUNKS['Lite0'],
    }
    monkeypatch.setattr(gpu, 'TRUNKS', trunks)
    monkeypatch.setattr(networks, 'TRUNKS', trunks)
    monkeypatch.setattr(gpu, 'COMPARED', ('TSN-ResNet50',))
    gpu.compare_gpu(report, 'cpu', False, [1])
    rows = rows_of(
        report, 'share of the limits: inference, 1 clips of 7 segments, 32x32'
    )
    names = ('StNet-R50, fp32', 'StNet-R50 --fast, fp32')
    plain, fast = (rows[name] for name in names)
    # The same operations in another time.
    product = plain['TFLOP/s'] * plain['ms']
    assert fast['TFLOP/s'] * fast['ms'] == pytest.approx(product)
    assert 0 < fast['of the matrix rate'] <= fast['of the floor']
    titles = [table['title'] for table in report.tables]
    assert 'training step, 1 clips of 7 segments' in titles


def test_feeding(report):
    compare_feeding(report, 'cpu', ['key frames 30 apart'], batches=1)
    rows = rows_of(report, 'feeding: key frames 30 apart')
    assert all(row['rate'] > 0 for row in rows.values())
    assert any(name.startswith('frame cache') for name in rows)

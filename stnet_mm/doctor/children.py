"""Examinations in processes of their own, which may fail or crash."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import NamedTuple

TIMEOUT = 300  # seconds; imports from a cold network disk take minutes

# A child is the doctor, too, if it is not to import the rest of the package.
LIGHT = "import sys; sys.argv = ['-m', 'doctor']"
CODE = """
import json
from stnet_mm.doctor.{module} import {function}
print(json.dumps({function}()))
"""


class Answer(NamedTuple):
    """What came of a child.

    Attributes:
        content (dict, optional): What the function returned; None if it
            failed.
        error (str, optional): The last line of what went wrong.
        trace (str, optional): All that the child wrote about it.
    """

    content: dict | None
    error: str | None = None
    trace: str | None = None


def ask_child(module: str, function: str, light: bool) -> Answer:
    """Call a function of this subpackage in a new process.

    Args:
        module (str): The module.
        function (str): The function, which returns a dict for JSON.
        light (bool): Whether to leave out what ``import stnet_mm`` imports.

    Returns:
        Answer: What it returned, or why it did not.
    """
    code = CODE.format(module=module, function=function)
    try:
        result = subprocess.run(
            [sys.executable, '-c', f'{LIGHT if light else ""}\n{code}'],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors='replace',
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return Answer(None, f'no answer in {TIMEOUT} seconds')
    if result.returncode == 0:
        # Libraries may have printed something before.
        return Answer(json.loads(result.stdout.splitlines()[-1]))
    trace = result.stderr.strip()
    if result.returncode < 0:
        name = signal.Signals(-result.returncode).name
        return Answer(None, f'the process was ended by {name}', trace)
    return Answer(None, (trace.splitlines() or ['unknown'])[-1], trace)

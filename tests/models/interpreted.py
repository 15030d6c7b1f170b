"""Triton kernels on a CPU."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def interpret(code: str) -> list[str]:
    """The words that a program prints, in which Triton is interpreted."""
    pytest.importorskip('triton')
    result = subprocess.run(
        [sys.executable, '-c', code],
        # Triton asks for it when it is imported.
        env={**os.environ, 'TRITON_INTERPRET': '1'},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()

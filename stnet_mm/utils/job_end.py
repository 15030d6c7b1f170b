"""One of several processes ends without taking Python down."""

from __future__ import annotations

import atexit
import os
import sys

import torch.distributed as dist


def end_job_process(status: int = 0) -> None:
    """End this process at once, if it is one of several that have met.

    Threads of gloo hold the tensors of their last message until after it
    has been received. If Python is on its way down by then, the process
    aborts ("terminate called without an active exception"), and its launcher
    takes a job for failed that is done. Of jobs of four processes 4 of 45
    did, and 3 of 65 with ``destroy_process_group()``
    (https://github.com/pytorch/pytorch/issues/190489). So what is registered
    with ``atexit`` is run, and Python is left as it is.

    Args:
        status (int): The exit status. Default: 0.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)

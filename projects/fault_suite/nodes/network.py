"""Two network namespaces that reach each other and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Machine(NamedTuple):
    """A namespace that stands for a machine.

    Attributes:
        name (str): Of the namespace.
        interface (str): Its network interface.
        address (str): Its address.
    """

    name: str
    interface: str
    address: str

    def command(self, *words: str) -> list[str]:
        """A command line that runs another one there.

        Args:
            *words (str): The other one.

        Returns:
            list[str]: The command line.
        """
        return ['ip', 'netns', 'exec', self.name, *words]

    def kill(self) -> None:
        """Kill all that runs there."""
        pids = _ip('netns', 'pids', self.name).split()
        for pid in pids:
            os.kill(int(pid), signal.SIGKILL)


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Make two machines with a cable between them.

    Yields:
        tuple[Machine, Machine]: The machines; they are removed at the end.
    """
    machines = (
        Machine('stnet-first', 'stnet-veth1', '10.231.0.1'),
        Machine('stnet-second', 'stnet-veth2', '10.231.0.2'),
    )
    first, second = machines
    made = []
    try:
        for machine in machines:
            _ip('netns', 'add', machine.name)
            made.append(machine)
        cable = ('type', 'veth', 'peer', 'name', second.interface)
        _ip('link', 'add', first.interface, *cable)
        for machine in machines:
            inside = ('-n', machine.name)
            _ip('link', 'set', machine.interface, 'netns', machine.name)
            address = f'{machine.address}/24'
            _ip(*inside, 'addr', 'add', address, 'dev', machine.interface)
            for interface in (machine.interface, 'lo'):
                _ip(*inside, 'link', 'set', interface, 'up')
        yield machines
    finally:
        for machine in made:
            machine.kill()
            _ip('netns', 'delete', machine.name)


def _ip(*args: str) -> str:
    done = subprocess.run(
        ['ip', *args], check=True, capture_output=True, text=True
    )
    return done.stdout

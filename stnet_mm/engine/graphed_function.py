"""CUDA graphs: a network's kernels, launched all at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

# Each keeps its input; what is between is in memory that all share.
MOST_GRAPHS = 8


class GraphedFunction:
    """A function of a tensor on a GPU, whose kernels are recorded.

    Launching some two hundred kernels one by one takes a processor longer
    than a GPU takes for a few clips. The second call with a shape records a
    graph of them, and later ones replay it. Python code inside does not run
    then, hooks of modules included.

    Args:
        run (Callable): Takes a tensor, and further arguments that can be
            hashed; returns a tensor. It keeps no records for autograd.
        most (int): How many graphs to keep; the ones not used for longest go
            first. Defaults to 8.
    """

    def __init__(
        self, run: Callable[..., Tensor], most: int = MOST_GRAPHS
    ) -> None:
        self._run = run
        self._most = most
        self._seen: set[tuple] = set()
        self._graphs: OrderedDict[tuple, _Graph] = OrderedDict()
        self._pool: Any = None

    def __call__(self, x: Tensor, *args) -> Tensor:
        """Call the function.

        Args:
            x (Tensor): The tensor.
            *args: The further arguments.

        Returns:
            Tensor: What the function returns.
        """
        key = (x.shape, x.stride(), x.dtype, *args)
        if not x.is_cuda or key not in self._seen:
            self._seen.add(key)
            return self._run(x, *args)
        with torch.cuda.device_of(x):
            if key not in self._graphs:
                if self._pool is None:
                    self._pool = torch.cuda.graph_pool_handle()
                self._graphs[key] = _Graph(self._run, x, args, self._pool)
                if len(self._graphs) > self._most:
                    self._graphs.popitem(last=False)
            self._graphs.move_to_end(key)
            return self._graphs[key].replay(x)


class _Graph:
    """The recorded kernels of one call."""

    def __init__(
        self, run: Callable[..., Tensor], x: Tensor, args: tuple, pool: Any
    ) -> None:
        self._input = x.clone()
        # As PyTorch asks: first run on a stream of its own.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            run(self._input, *args)
        torch.cuda.current_stream().wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, pool=pool):
            self._output = run(self._input, *args)

    def replay(self, x: Tensor) -> Tensor:
        self._input.copy_(x)
        self._graph.replay()
        # The next replay, of this graph or another one, writes over it.
        return self._output.clone()

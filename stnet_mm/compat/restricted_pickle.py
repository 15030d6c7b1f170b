"""What checkpoints may refer to, and an unpickler that allows no more.

PyTorch has one of its own (``weights_only=True``), but before 2.6 it cannot
read what MMEngine stores, and it extracts archives of the oldest format.
"""

from __future__ import annotations

import _codecs
import _compat_pickle
import functools
import pickle
from collections import Counter, OrderedDict
from typing import Any, BinaryIO, Callable, ClassVar

import numpy as np
import torch
from mmengine.logging import HistoryBuffer


def mmengine_globals() -> dict[str, Any]:
    """What MMEngine stores in checkpoints beside tensors and plain data.

    Returns:
        dict[str, Any]: Classes and functions by their names in a pickle.
    """
    # numpy 2 renamed the module; checkpoints may come from either side.
    try:
        from numpy._core import multiarray
    except ImportError:
        from numpy.core import multiarray  # type: ignore[no-redef]
    # The classes of the dtypes of numbers.
    dtypes = {type(np.dtype(code)) for code in '?bhilqBHILQefd'}
    return {
        **{
            f'{found.__module__}.{found.__qualname__}': found
            for found in (HistoryBuffer, np.ndarray, np.dtype, *dtypes)
        },
        **{
            f'numpy.{core}.multiarray.{name}': getattr(multiarray, name)
            for name in ('_reconstruct', 'scalar')
            for core in ('core', '_core')
        },
        'builtins.getattr': _statistics_method,
    }


@functools.lru_cache(maxsize=None)
def torch_globals() -> dict[str, Any]:
    """What PyTorch itself needs to store tensors.

    Returns:
        dict[str, Any]: Classes and functions by their names in a pickle.
    """
    dtypes = [x for x in vars(torch).values() if isinstance(x, torch.dtype)]
    rebuild = ('_rebuild_tensor', '_rebuild_tensor_v2', '_rebuild_parameter')
    return {
        'collections.OrderedDict': OrderedDict,
        'collections.Counter': Counter,
        '_codecs.encode': _codecs.encode,  # for bytes
        'builtins.set': set,
        'torch.Size': torch.Size,
        'torch.device': torch.device,
        'torch.nn.parameter.Parameter': torch.nn.Parameter,
        'torch.serialization._get_layout': torch.serialization._get_layout,
        **{f'torch._utils.{n}': getattr(torch._utils, n) for n in rebuild},
        **{str(dtype): dtype for dtype in dtypes},
    }


class Unpickler(pickle._Unpickler):
    """Unpickles plain data, tensors and what MMEngine stores.

    It is the unpickler in Python: that in C has no way to restrict what
    state is set.
    """

    dispatch: ClassVar[dict] = dict(pickle._Unpickler.dispatch)

    def find_class(self, module: str, name: str) -> Any:
        """A class or function that a pickle names.

        Args:
            module (str): Its module.
            name (str): Its name there.

        Returns:
            Any: The class or function.

        Raises:
            UnpicklingError: If it is none that is allowed.
        """
        # Protocol 2 names modules as Python 2 did.
        full = f'{_compat_pickle.IMPORT_MAPPING.get(module, module)}.{name}'
        for known in (torch_globals(), mmengine_globals()):
            if full in known:
                return known[full]
        raise pickle.UnpicklingError(f'refused {full} from a checkpoint')

    def load_build(self) -> None:
        """Set the state of what was made, and of nothing else.

        Raises:
            UnpicklingError: If a class or function would be changed.
        """
        made = (HistoryBuffer, np.ndarray, np.dtype, OrderedDict)
        target = self.stack[-2]  # type: ignore[attr-defined]
        if not isinstance(target, (*made, torch.nn.Parameter)):
            raise pickle.UnpicklingError(
                f'refused to set the state of {target!r} from a checkpoint'
            )
        super().load_build()  # type: ignore[misc]

    dispatch[pickle.BUILD[0]] = load_build


def load(file: BinaryIO, **kwargs: Any) -> Any:
    """As ``pickle.load``, which ``torch.load`` calls for old files.

    Args:
        file (BinaryIO): The pickle.
        **kwargs: Those of ``pickle.Unpickler``.

    Returns:
        Any: What is in it.
    """
    return Unpickler(file, **kwargs).load()


def _statistics_method(owner: type, name: str) -> Callable:
    """Stand in for ``getattr`` in a checkpoint, for one use only.

    A HistoryBuffer refers to its own statistics methods by ``getattr``; the
    real one would let a forged checkpoint reach any attribute of any class.
    """
    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(HistoryBuffer, name)
    raise pickle.UnpicklingError(
        f'refused to read attribute {name!r} of {owner!r} from a checkpoint'
    )

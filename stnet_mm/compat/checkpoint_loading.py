"""Checkpoints of MMEngine's Runner under torch >= 2.6."""

from __future__ import annotations

import io
import pickle
from typing import Callable


def patch_checkpoint_loading() -> bool:
    """Allow-list what MMEngine stores in the checkpoints of its Runner.

    Since torch 2.6 ``torch.load`` reads plain data only
    (``weights_only=True``), and MMEngine 0.10.7 cannot load the
    ``HistoryBuffer`` objects which its own Runner writes
    (open-mmlab/mmengine#1655). ``weights_only`` stays on.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import numpy as np
    import torch
    from mmengine.logging import HistoryBuffer

    buffer = io.BytesIO()
    torch.save(HistoryBuffer([0.0], [1]), buffer)
    buffer.seek(0)
    try:
        torch.load(buffer)
        return False
    except pickle.UnpicklingError:
        pass

    # numpy 2 renamed the module; checkpoints may come from either side.
    try:
        from numpy._core import multiarray
    except ImportError:
        from numpy.core import multiarray  # type: ignore[no-redef]
    torch.serialization.add_safe_globals(
        [
            HistoryBuffer,
            np.ndarray,
            np.dtype,
            # The classes of the dtypes of numbers.
            *{type(np.dtype(code)) for code in '?bhilqBHILQefd'},
            *(
                (getattr(multiarray, name), f'numpy.{core}.multiarray.{name}')
                for name in ('_reconstruct', 'scalar')
                for core in ('core', '_core')
            ),
            (_statistics_method, 'builtins.getattr'),
        ]
    )
    return True


def _statistics_method(owner: type, name: str) -> Callable:
    """Stand in for ``getattr`` in a checkpoint, for one use only.

    A HistoryBuffer refers to its own statistics methods by ``getattr``; the
    real one would let a forged checkpoint reach any attribute of any class.
    """
    from mmengine.logging import HistoryBuffer

    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(HistoryBuffer, name)
    raise pickle.UnpicklingError(
        f'refused to read attribute {name!r} of {owner!r} from a checkpoint'
    )

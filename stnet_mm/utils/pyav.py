"""PyAV, where nothing else will do."""

from __future__ import annotations


def require_pyav(purpose: str) -> None:
    """Raise an ImportError that says what to do without a recent PyAV.

    Args:
        purpose (str): What it is for, such as ``'to write videos'``.

    Raises:
        ImportError: If it is missing or too old.
    """
    try:
        # Refuses versions that are too old.
        import stnet_runtime.video_reader  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f'{purpose}, PyAV 17 or newer is needed, which is for Python 3.10 '
            'or newer: pip install "av>=17"'
        ) from error

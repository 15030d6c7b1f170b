"""All that the doctor looks at, in one report."""

from __future__ import annotations

import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..version import __version__
from .children import ask_child
from .packages import has_compiled_operators, is_missing, list_packages
from .problems import find_problems


def examine() -> dict:
    """Examine the installation, in processes of its own where it may fail.

    Returns:
        dict: The report, of values that JSON has: ``stnet_mm``, ``python``,
        ``packages``, ``import``, ``patches``, ``decoders``, ``cpu``,
        ``cuda``, ``self_test`` (the last three are None if the import
        failed), ``problems`` and ``ok``, whether all that is needed works.
    """
    with ThreadPoolExecutor() as pool:
        inside = pool.submit(ask_child, 'installation', 'look_inside', False)
        decoders = pool.submit(ask_child, 'decoders', 'try_decoders', True)
    found, decoded = inside.result(), decoders.result()
    content = found.content or {}
    report: dict = {
        'stnet_mm': dict(
            version=__version__, path=str(Path(__file__).parents[1])
        ),
        'python': dict(
            version=platform.python_version(), platform=platform.platform()
        ),
        'packages': list_packages(),
        'mmcv_operators': has_compiled_operators(),
        'pkg_resources': not is_missing('pkg_resources'),
        'import': dict(
            ok=found.content is not None, error=found.error, trace=found.trace
        ),
        'patches': content.get('patches', []),
        'decoders': dict(results=decoded.content or {}, error=decoded.error),
        'cpu': content.get('cpu'),
        'cuda': content.get('cuda'),
        'self_test': content.get('self_test'),
    }
    report['problems'] = find_problems(report)
    report['ok'] = not any(p['needed'] for p in report['problems'])
    return report

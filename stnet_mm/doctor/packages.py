"""Which packages are installed, without importing them."""

from __future__ import annotations

import importlib.util
import re
from importlib import metadata
from pathlib import Path

from ..environment import TESTED_VERSIONS, is_tested, tested_span

# Names for users, and those of modules.
PACKAGES = {
    'torch': 'torch',
    'mmengine': 'mmengine',
    'mmcv': 'mmcv',
    'mmaction2': 'mmaction',
    'mmpretrain': 'mmpretrain',
    'timm': 'timm',
    'torchvision': 'torchvision',
    'numpy': 'numpy',
    'av': 'av',
    'torchcodec': 'torchcodec',
    'decord': 'decord',
    'opencv': 'cv2',
    'onnxruntime': 'onnxruntime',
    'transformers': 'transformers',
    'setuptools': 'setuptools',
}
# Where packages keep their version, and how.
FILES = ('version.py', '_version.py', 'about.py', '__init__.py')
VERSION = re.compile(
    r'^(?:__version__|version|opencv_version)(?:: *\w+)? *= *[\'"]([^\'"]+)',
    re.M,
)


def list_packages() -> dict[str, dict]:
    """The packages that this one can use.

    Returns:
        dict[str, dict]: By name: ``version`` (str, or None if absent),
        ``tested`` (the tested versions in words, or None if there are no
        bounds) and ``in_tested_range`` (bool, or None).
    """
    found = {}
    for name, module in PACKAGES.items():
        version = find_version(module)
        bounded = name in TESTED_VERSIONS
        known = bounded and version is not None and version[:1].isdigit()
        found[name] = dict(
            version=version,
            tested=tested_span(name) if bounded else None,
            in_tested_range=is_tested(name, version or '') if known else None,
        )
    return found


def find_version(module: str) -> str | None:
    """The version of a module, from its own files if they tell it.

    Metadata is asked last: forks and variants have other names there.

    Args:
        module (str): A module that is in no package.

    Returns:
        str | None: Its version, ``'unknown'``, or None if it is absent.
    """
    spec = importlib.util.find_spec(module)
    if spec is None:
        return None
    for folder in spec.submodule_search_locations or ():
        for name in FILES:
            path = Path(folder, name)
            if path.is_file():
                match = VERSION.search(path.read_text(encoding='utf-8'))
                if match:
                    return match[1]
    try:
        return metadata.version(module)
    except metadata.PackageNotFoundError:
        return 'unknown'


def has_compiled_operators() -> bool:
    """Whether the installed mmcv is the full one.

    Returns:
        bool: False for mmcv-lite, or if there is none.
    """
    spec = importlib.util.find_spec('mmcv')
    folders = spec.submodule_search_locations if spec else None
    return any(
        path.suffix in ('.so', '.pyd')
        for folder in folders or ()
        for path in Path(folder).glob('_ext*')
    )


def is_missing(module: str) -> bool:
    """Whether there is no such module.

    Args:
        module (str): A module that is in no package.

    Returns:
        bool: Whether it is absent.
    """
    return importlib.util.find_spec(module) is None

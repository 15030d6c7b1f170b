"""Build stnet_mm, with what the ``mim`` command needs inside the wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithMim(build_py):
    """Copy configs, tools and the model index to ``stnet_mm/.mim``.

    The copies go into the build folder only: in the source tree they would
    go stale, and every config would be there twice.
    """

    def run(self) -> None:
        super().run()
        # mim cannot find editable installs; they use the source tree itself.
        if self.editable_mode:
            return
        mim = Path(self.build_lib, 'stnet_mm', '.mim')
        # An earlier build may have left files that are gone by now.
        shutil.rmtree(mim, ignore_errors=True)
        for folder in ('configs', 'tools'):
            shutil.copytree(
                ROOT / folder,
                mim / folder,
                ignore=shutil.ignore_patterns('__pycache__', '*.py[co]', '.*'),
            )
        shutil.copy2(ROOT / 'model-index.yml', mim)


def read_version() -> str:
    """The version, read without importing the package or what it needs."""
    scope: dict[str, str] = {}
    exec((ROOT / 'stnet_mm' / 'version.py').read_text(), scope)
    return scope['__version__']


setup(
    name='stnet_mm',
    version=read_version(),
    description='StNet for MMAction2: local and global spatial-temporal '
    'modeling for action recognition',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    keywords='computer vision, video, action recognition, StNet, MMAction2',
    classifiers=[
        'Intended Audience :: Science/Research',
        'Operating System :: OS Independent',
        'Programming Language :: Python :: 3',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    packages=find_packages(include=['stnet_mm', 'stnet_mm.*']),
    package_data={'stnet_mm.visualization': ['templates/*']},
    cmdclass={'build_py': BuildWithMim},
    zip_safe=False,
    python_requires='>=3.8',
    # mmcv and mmcv-lite both serve and exclude each other, so the choice is
    # left to the user; importing stnet_mm without either says what to do.
    install_requires=[
        'torch>=1.13',
        'numpy',
        'mmengine>=0.10.0',
        'mmaction2>=1.2.0',
        # MMAction2 1.2.0 imports it without asking for it.
        'importlib_metadata',
        'rich>=12.3',
        # Pages, pictures and plots.
        'jinja2',
        'matplotlib>=3.5',
        'pillow>=9.1',
    ],
    extras_require={
        # The fastest decoder; decord and OpenCV are the alternatives.
        'pyav': ['av>=17'],
        # Trunks from other libraries than MMAction2.
        'trunks': ['mmpretrain>=1.0.0', 'timm', 'torchvision'],
        'safetensors': ['safetensors'],
        # tools/demo_app.py.
        'app': ['gradio'],
        'tests': ['av', 'build', 'playwright', 'pytest', 'ruff'],
    },
)

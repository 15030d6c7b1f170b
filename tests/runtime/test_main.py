"""The command line ``python -m stnet_runtime``."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import numpy as np

from stnet_runtime.__main__ import main
from stnet_runtime.contract import Contract
from stnet_runtime.open_set import Prediction


class Model:
    """Knows two classes, and takes every video for the first."""

    contract = Contract(('跑步', 'b'), 1, 1, 'center', (8, 8))

    def __init__(self, *_: object) -> None: ...

    def __call__(self, *_: object) -> Prediction:
        return Prediction(np.array([0.9, 0.1]), 1.0, False)


def test_classes_that_the_terminal_cannot_show(monkeypatch):
    printed = io.BytesIO()
    module = SimpleNamespace(ExportedModel=Model)
    monkeypatch.setitem(sys.modules, 'stnet_runtime.model', module)
    monkeypatch.setattr(
        sys, 'stdout', io.TextIOWrapper(printed, encoding='cp1252')
    )
    monkeypatch.setattr(sys, 'argv', ['stnet_runtime', 'm.onnx', '跑.mp4'])
    assert main() == 0
    assert printed.getvalue().decode('cp1252').splitlines() == [
        r'\u8dd1.mp4',
        r'   90.00%  \u8dd1\u6b65',
        '   10.00%  b',
    ]

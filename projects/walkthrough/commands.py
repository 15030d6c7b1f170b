"""What a new user types in an empty folder that holds some clips."""

from __future__ import annotations

_INSTALL = ('python -m venv venv', '. venv/bin/activate')
_CLIPS = (
    'clips/train.txt --val clips/val.txt --videos clips '
    '--labels clips/classes.txt --out model'
)
_MODEL = 'model/config.py model/model-*.pth'
_RUNTIME = (
    'python -m stnet_runtime model.onnx {video} --topk 3',
    'python -m stnet_runtime.serve model.onnx --port 8123 &',
    'curl -sS --retry 20 --retry-connrefused --retry-delay 1 '
    '--data-binary @{video} http://127.0.0.1:8123',
)
# {wheel} is the wheel of this checkout, {video} a clip that is tested on.
WAYS = {
    'pip': (
        *_INSTALL,
        'pip install "{wheel}[lite,export]"',
        'python -m stnet_mm doctor',
        f'python -m stnet_mm fit {_CLIPS}',
        f'python -m stnet_mm predict {_MODEL} {{video}} --topk 3',
        f'python -m stnet_mm export {_MODEL} model.onnx --videos {{video}}',
        *_RUNTIME,
    ),
    'mim': (
        *_INSTALL,
        # `mim install` would compile the full mmcv.
        'pip install "{wheel}[lite,export]" openmim "setuptools<82"',
        f'mim run stnet_mm fit {_CLIPS}',
        'mim test stnet_mm model/config.py --checkpoint model/model-*.pth',
        f'mim run stnet_mm predict {_MODEL} {{video}} --topk 3',
        f'mim run stnet_mm export {_MODEL} model.onnx --videos {{video}}',
        *_RUNTIME,
    ),
}

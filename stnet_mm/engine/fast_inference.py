"""Everything that makes inference faster, behind one switch."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn

from ..errors import StNetInputError, check_choice
from ..models import StNetRecognizer
from ..models.fold import fold_batch_norms
from ..models.trunk_tracing import PROBE_SIZE
from ..utils.model_state import without_tf32
from .fast_gpu_inference import (
    cast_weights,
    fuse_relus,
    make_super_images_at_once,
)
from .graphed_function import GraphedFunction

PRECISIONS = {
    'fp32': torch.float32,
    'bf16': torch.bfloat16,
    'fp16': torch.float16,
}

# The methods of a recognizer that others call to compute something.
ENTRANCES = (
    *('forward', 'test_step', 'logits_of', 'feature_maps'),
    *('segment_features', 'logits_of_segments'),
)


def speed_up(
    model: nn.Module, precision: str = 'auto', compile: bool = False
) -> nn.Module:
    """Make a trained recognizer faster, in place and for inference only.

    BatchNorm layers are folded into convolutions, channels are put last in
    memory, autograd keeps no records, and arithmetic is done in 16 bits where
    the processor can. On a GPU super-images are made in one pass, cuDNN adds
    shortcuts and applies ReLU, and kernels are launched as one graph.

    Args:
        model (nn.Module): A ``StNetRecognizer`` with its weights, on its
            device.
        precision (str): ``'auto'`` is bfloat16 where the processor computes
            with it, float16 on other GPUs, and float32 elsewhere; ``'fp32'``,
            ``'bf16'`` and ``'fp16'`` ask for one. In float32 the logits stay
            the same up to rounding. Defaults to ``'auto'``.
        compile (bool): Whether to compile with ``torch.compile``, which takes
            a minute or so at first use. Defaults to False.

    Returns:
        nn.Module: The same model.

    Raises:
        StNetInputError: If it is no ``StNetRecognizer``, is sped up already,
            or precision or compilation is not to be had here.
    """
    if not isinstance(model, StNetRecognizer):
        raise StNetInputError(
            'only a StNetRecognizer can be sped up, not '
            f'{type(model).__name__}'
        )
    if 'logits_of' in vars(model):  # of the object, not of the class
        raise StNetInputError(
            'the model is sped up already: load it again for another way'
        )
    device = next(model.parameters()).device
    dtype = choose_precision(device.type, precision)
    if compile:
        _check_compiler(device.type)
    model.eval()
    # The global generator is the caller's.
    generator = torch.Generator(device).manual_seed(0)
    frames = torch.rand(
        (1, 2 * model.backbone.num_frames, 3, *PROBE_SIZE),
        generator=generator,
        device=device,
    )
    on_gpu = device.type == 'cuda'
    with without_tf32():
        fold_batch_norms(model, lambda: model(frames, stage='head'))
        if on_gpu and not compile:  # a compiler fuses by itself
            fuse_relus(model, frames)
    model.to(memory_format=torch.channels_last)
    if on_gpu:
        cast_weights(model, dtype)
        make_super_images_at_once(model, dtype)
    if compile:
        _compile(model, device.type)
    _record_nothing(model, dtype, device.type)
    if on_gpu:
        graphed: Any = GraphedFunction(model.logits_of)
        model.logits_of = graphed  # type: ignore[method-assign]
    return model


def _record_nothing(
    model: StNetRecognizer, dtype: torch.dtype, device_type: str
) -> None:
    """Compute in a data type and without autograd, at every entrance."""
    low = dtype != torch.float32

    for name in ENTRANCES:
        cast = torch.autocast(
            device_type,
            dtype if low else torch.bfloat16,
            enabled=low,
            # What a CUDA graph has recorded may not be cached.
            cache_enabled=device_type != 'cuda',
        )
        method = cast(getattr(model, name))
        setattr(model, name, torch.inference_mode()(method))


def choose_precision(device_type: str, precision: str = 'auto') -> torch.dtype:
    """Choose what to compute with.

    Args:
        device_type (str): ``'cpu'`` or ``'cuda'``.
        precision (str): As in ``speed_up``. Defaults to ``'auto'``.

    Returns:
        torch.dtype: The data type.

    Raises:
        StNetInputError: If the precision is unknown, or this processor lacks
            it: PyTorch would emulate it, some fifty times as slow.
    """
    if device_type == 'cuda':
        major, _ = torch.cuda.get_device_capability()
        best = 'bf16' if major >= 8 else 'fp16'
        known = {'fp32', 'fp16', best}
    else:
        best = 'bf16' if _cpu_has_bf16() else 'fp32'
        known = {'fp32', best}
    if precision == 'auto':
        precision = best
    check_choice('precision', precision, ('auto', *PRECISIONS))
    if precision not in known:
        raise StNetInputError(
            f'this {device_type} does not compute in {precision}: choose '
            f'one of {", ".join(sorted(known))}, or auto'
        )
    return PRECISIONS[precision]


def _cpu_has_bf16() -> bool:
    cpuinfo = Path('/proc/cpuinfo')
    if not cpuinfo.exists():
        return False
    words = cpuinfo.read_text().split()
    return 'avx512_bf16' in words or 'amx_bf16' in words


def _check_compiler(device_type: str) -> None:
    if not hasattr(torch, 'compile'):
        raise StNetInputError(
            f'compiling needs PyTorch 2 or newer, not {torch.__version__}'
        )
    compilers = [os.environ.get('CXX') or 'g++', 'c++', 'clang++']
    if device_type == 'cpu' and not any(map(shutil.which, compilers)):
        raise StNetInputError(
            'compiling for a CPU needs a C++ compiler, and there is none: '
            'install g++'
        )


def _compile(model: StNetRecognizer, device_type: str) -> None:
    # Weights are constants, so they can be packed for the processor.
    options: dict = {'freezing': True} if device_type == 'cpu' else {}
    # Every stage group is compiled for every size; all count together.
    config = torch._dynamo.config
    limit = (
        'recompile_limit'
        if hasattr(config, 'recompile_limit')
        else 'cache_size_limit'  # before PyTorch 2.6
    )
    setattr(config, limit, max(64, getattr(config, limit)))
    if device_type == 'cuda':
        whole = torch.compile(model.logits_of, dynamic=False)
        model.logits_of = whole  # type: ignore[method-assign]
        return
    backbone = model.backbone
    # Not the backbone as a whole: on a CPU its stages run in chunks.
    backbone.run_stages = torch.compile(backbone.run_stages, options=options)
    for block in backbone.temporal_blocks.values():
        block.forward = torch.compile(block.forward, options=options)


@HOOKS.register_module()
class StNetFastInferenceHook(Hook):
    """Speed up the model before a test, after its weights are loaded.

    Args:
        precision (str): As in ``speed_up``. Defaults to ``'auto'``.
        compile (bool): As in ``speed_up``. Defaults to False.
    """

    def __init__(self, precision: str = 'auto', compile: bool = False) -> None:
        self.precision = precision
        self.compile = compile

    def before_test(self, runner: Runner) -> None:
        """Speed up the runner's model."""
        model = runner.model
        if is_model_wrapper(model):
            model = model.module
        speed_up(model, self.precision, self.compile)
        device = next(model.parameters()).device.type
        dtype = choose_precision(device, self.precision)
        MMLogger.get_current_instance().info(
            f'fast inference on {device} in {str(dtype)[6:]}'
            + (', compiled' if self.compile else '')
        )

"""The config inside of a published file: data, which nothing runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.registry import Registry

from ..errors import StNetInputError
from ..utils.checkpoint import CONFIG, read_checkpoint
from ..utils.config_file import load_config_file
from ..utils.nested import walk
from .video_input import any_video_pipeline, find_test_dataset

# Where classes come from that such a config may name. MMEngine would import
# whatever has a dot in its name, and call it.
_HOMES = {
    'model': (
        *('stnet_mm.models', 'torch.nn', 'mmcv.cnn'),
        *(
            f'mmaction.models.{part}'
            for part in (
                *('recognizers', 'backbones', 'necks', 'heads', 'losses'),
                *('data_preprocessors', 'common'),
            )
        ),
        'mmpretrain.models.backbones',
    ),
    'pipeline': (
        'stnet_mm.datasets.transforms',
        'mmaction.datasets.transforms.processing',
        'mmaction.datasets.transforms.formatting',
        'mmaction.datasets.transforms.loading.SampleFrames',
    ),
}
_REGISTRIES: dict[str, Registry] = {'model': MODELS, 'pipeline': TRANSFORMS}
# Networks by their names in libraries that build no others.
_LIBRARY = re.compile(r'(timm|torchvision)\.[a-z0-9_]+')
# Settings that name files of weights to read, or folders to write.
_FILES = (
    *('init_cfg', 'pretrained', 'pretrained_cfg', 'pretrained2d'),
    *('checkpoint_path', 'weights', 'cache', '_scope_'),
)


def pack_config(cfg: Config) -> str:
    """What predicting needs of a config, as text.

    Args:
        cfg (Config): Config of a recognizer.

    Returns:
        str: Its model and the pipeline it is tested with, in JSON.

    Raises:
        StNetInputError: If ``unpack_config`` would refuse it.
    """
    dataset = find_test_dataset(cfg)
    content = dict(
        model=_without_files(cfg.model),
        pipeline=_without_files(any_video_pipeline(dataset.pipeline)),
        filename_tmpl=dataset.get('filename_tmpl'),
    )
    try:
        text = json.dumps(content)
    except TypeError as error:
        raise StNetInputError(
            f'the config cannot be kept in the file: {error}'
        ) from error
    unpack_config(text, cfg.filename or 'the model')
    return text


def unpack_config(text: object, name: str) -> Config:
    """Read the config of a published file; it is not run.

    Args:
        text (object): What the file holds.
        name (str): The file's name, for messages.

    Returns:
        Config: A config to predict with.

    Raises:
        StNetInputError: If it is no config, or names anything but networks
            and transforms of the libraries that StNet builds upon.
    """
    try:
        content = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        content = None
    if (
        not isinstance(content, dict)
        or not isinstance(content.get('model'), dict)
        or not isinstance(content.get('pipeline'), list)
        or not all(isinstance(step, dict) for step in content['pipeline'])
        or not isinstance(content.get('filename_tmpl'), (str, type(None)))
    ):
        raise StNetInputError(f'{name}: its config is damaged')
    for part in _HOMES:
        for fault in _faults(content[part], part):
            raise StNetInputError(
                f'{name}: its config is more than plain data: {fault}; '
                'keep it in a file of its own'
            )
    dataset = dict(
        pipeline=content['pipeline'], filename_tmpl=content['filename_tmpl']
    )
    return Config(
        dict(
            default_scope='mmaction',
            model=content['model'],
            test_dataloader=dict(dataset=dataset),
        )
    )


def read_config_of(
    config: str | Path | Config, checkpoint: str | Path | None
) -> tuple[Config, str]:
    """Read a config that has a checkpoint beside it, or is inside of it.

    Args:
        config (str | Path | Config): A config, or its file, which is a
            program: it is run. Or a published file that holds its config,
            which is data, and not run.
        checkpoint (str | Path, optional): File or URL; None of a published
            file.

    Returns:
        tuple[Config, str]: The config to predict with, and the file or URL of
        the weights.

    Raises:
        StNetInputError: If a file cannot be read, or a published one holds no
            config that is plain data.
    """
    if checkpoint is None:
        return _read_published_config(str(config)), str(config)
    if not isinstance(config, Config):
        config = load_config_file(config)
    return config, str(checkpoint)


def _read_published_config(path: str) -> Config:
    if path.endswith('.py'):
        raise StNetInputError(
            f'{path} is a config file: give its checkpoint after it'
        )
    meta = read_checkpoint(path).get('meta') or {}
    if CONFIG not in meta:
        raise StNetInputError(
            f'{path} holds no config: give the config file before it, or '
            'publish it with --config'
        )
    return unpack_config(meta[CONFIG], path)


def _without_files(value: Any) -> Any:
    """Plain data, without what names files of the author's machine."""
    if isinstance(value, Mapping):
        return {
            k: _without_files(v) for k, v in value.items() if k not in _FILES
        }
    if isinstance(value, (list, tuple)):
        return [_without_files(item) for item in value]
    return value


def _faults(value: Any, part: str) -> Iterator[str]:
    """What is not allowed in a part of a config."""
    for _, inner in walk(value):
        if not isinstance(inner, dict):
            continue
        for key in _FILES:
            if key in inner:
                yield f'it sets {key}'
        if 'type' in inner and not _is_known(inner['type'], part):
            yield f'it names {inner["type"]!r}'


def _is_known(name: object, part: str) -> bool:
    """Whether a type is a class that such a config may name."""
    if not isinstance(name, str):
        return False
    if part == 'model' and _LIBRARY.fullmatch(name):
        return True
    scope, dot, short = name.rpartition('.')
    if scope == 'mmpretrain' and part == 'model':
        try:
            registry: Registry | None = _mmpretrain_models()
        except ImportError:
            return False
    elif dot:
        return False
    else:
        registry = _REGISTRIES[part]
    while registry is not None:
        registry.import_from_location()
        found = registry.module_dict.get(short)
        if found is not None:
            home = f'{found.__module__}.{found.__qualname__}'
            return home.startswith(_HOMES[part])
        registry = registry.parent
    return False


def _mmpretrain_models() -> Registry:
    from mmpretrain.registry import MODELS

    return MODELS

"""Loading a config so that every setting in it or beside it has an effect.

Configs have variables of which settings are made: ``batch_size`` becomes
``train_dataloader.batch_size`` and more. MMEngine reads a file to its end
before anything is overridden, so to set such a variable on the command line,
or in a config that inherits, changes nothing.
"""

from __future__ import annotations

import inspect
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.runner import Runner

from ..errors import StNetInputError
from .config_source import ConfigSource, literal, read_source
from .known_keys import check_keys
from .nearest import nearest
from .nested import walk
from .recipe import fill_in

_RUNNER = frozenset(inspect.signature(Runner.__init__).parameters)
# What MMEngine and MMAction2 read of a config.
SETTINGS = (_RUNNER - {'self', 'cfg'}) | {
    *('custom_imports', 'runner_type', 'compile', 'sync_bn'),
    *('find_unused_parameters', 'model_wrapper_cfg'),
    *('activation_checkpointing', 'efficient_conv_bn_eval'),
    *('tta_model', 'tta_pipeline'),
}


def load_config_file(
    path: str | Path, options: Mapping[str, object] | None = None
) -> Config:
    """Load a config with settings to override.

    A variable that the file, or one that it inherits from, assigns at its
    top level is replaced there, so that all that is made of it changes. It
    is set by an option, or by a config that inherits and does not use it.

    Args:
        path (str | Path): The config file.
        options (Mapping[str, object], optional): Values by their keys, such
            as ``'batch_size'`` or ``'optim_wrapper.optimizer.lr'``. Defaults
            to None.

    Returns:
        Config: The config.

    Raises:
        StNetInputError: If a setting would have no effect; names the one
            that has.
        OSError: If a file cannot be read.
    """
    source = read_source(Path(path))
    options = dict(options or {})
    if source is None:
        cfg = Config.fromfile(path)
    else:
        given = {k: v for k, v in options.items() if k not in SETTINGS}
        changes = dict(_changes(source, given))
        cfg = _load(source, changes)
        _check_variables(source)
        done = {name for values in changes.values() for name in values}
        options = {k: v for k, v in options.items() if k not in done}
    for key in options:
        _check_option(key, cfg, path)
    try:
        cfg.merge_from_dict(options)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise StNetInputError(
            f'{path} has nothing that {", ".join(options)} could set: {error}'
        ) from error
    for setting in sorted(SETTINGS & {*cfg}):
        check_keys(cfg[setting], setting)
    return cfg


def _files(source: ConfigSource) -> list[ConfigSource]:
    """A config and all that it inherits from."""
    return [source, *(file for base in source.bases for file in _files(base))]


def _changes(
    source: ConfigSource, given: Mapping[str, object]
) -> Iterator[tuple[Path, dict[str, object]]]:
    """The variables to replace in each file."""
    here = {k: v for k, v in given.items() if k in source.assigned}
    if here:
        yield source.path, here
    own = {}
    for name in _unused(source):
        plain, value = literal(source.assigned[name])
        # Dicts are merged with those of the base.
        if plain and not isinstance(value, dict):
            own[name] = value
    for base in source.bases:
        yield from _changes(base, {**own, **given})


def _unused(source: ConfigSource) -> list[str]:
    """Variables that a file assigns and does not use itself."""
    return [
        name
        for name in source.assigned
        if name not in SETTINGS and name not in source.read
    ]


def _load(source: ConfigSource, changes: Mapping[Path, dict]) -> Config:
    if not changes:
        return Config.fromfile(source.path)
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(source, changes, Path(folder))
        cfg = Config.fromfile(copy)
    # MMEngine names the copy in a work directory by it.
    object.__setattr__(cfg, '_filename', str(source.path))
    return cfg


def _copy(
    source: ConfigSource, changes: Mapping[Path, dict], folder: Path
) -> Path:
    """Write a config and its bases with variables replaced."""
    values = dict(changes.get(source.path, {}))
    if source.bases:
        values['_base_'] = [
            *source.foreign,
            *(
                str(_copy(base, changes, folder / str(number)))
                for number, base in enumerate(source.bases)
            ),
        ]
    folder.mkdir(parents=True, exist_ok=True)
    where = source.path.parent.absolute().as_posix()
    text = re.sub(r'\{\{\s*fileDirname\s*\}\}', where, source.text)
    copy = folder / source.path.name
    copy.write_text(fill_in(text, values), encoding='utf-8')
    return copy


def _check_variables(source: ConfigSource) -> None:
    """Refuse what is set in vain where it was meant for something."""
    files = _files(source)
    used = {name for file in files for name in file.read}
    for name in _unused(source):
        bases = [file for file in files[1:] if name in file.assigned]
        plain, value = literal(source.assigned[name])
        if bases and (not plain or isinstance(value, dict)):
            base = Config.fromfile(bases[0].path)
            raise StNetInputError(
                f'{source.path} sets {name}, which {bases[0].path} has used '
                f'already: set {_instead(base, name)} instead'
            )
        if bases or name in used:
            continue
        known = {*_RUNNER, *(n for file in files[1:] for n in file.assigned)}
        near = nearest(name, known)
        if near:
            raise StNetInputError(
                f'{source.path} sets {name}, which nothing uses: did you mean '
                f'{near}?'
            )
        print_log(
            f'{source.path} sets {name}, which nothing uses',
            logger='current',
            level=30,
        )


def _check_option(key: str, cfg: Config, path: str | Path) -> None:
    """Refuse to set what is no setting."""
    name = key.partition('.')[0]
    if name in SETTINGS:
        return
    if name in cfg:
        raise StNetInputError(
            f'{key}: {path} has used {name} already: set '
            f'{_instead(cfg, name)} instead'
        )
    near = nearest(name, {*SETTINGS, *cfg})
    inside = [
        f'{place}.{name}'
        for setting in sorted(SETTINGS & {*cfg})
        for place, part in walk(cfg[setting], setting)
        if isinstance(part, dict) and name in part
    ]
    hint = 'look it up in the config'
    if near or inside:
        hint = f'did you mean {near or " or ".join(inside[:3])}?'
    raise StNetInputError(f'{key}: {path} has no setting {name}: {hint}')


def _instead(cfg: Config, name: str) -> str:
    """The settings that are made of a variable."""
    places = [
        key
        for setting in sorted(SETTINGS & {*cfg})
        for key in _places(cfg[setting], cfg[name], name, setting)
    ]
    return ' and '.join(places) or 'the settings that are made of it'


def _places(
    value: object, wanted: object, name: str, key: str
) -> Iterator[str]:
    """Keys below ``key`` whose value is, or for dicts holds, a variable's."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        found = all(k in value and value[k] == v for k, v in wanted.items())
    else:
        found = value == wanted
    # Numbers are equal by chance, so their names have to be, too.
    if found and (isinstance(wanted, (dict, list)) or key.endswith(name)):
        yield key
        return
    parts: Iterator = iter(())
    if isinstance(value, dict):
        parts = iter(value.items())
    elif isinstance(value, (list, tuple)):
        parts = iter(enumerate(value))
    for part, inner in parts:
        yield from _places(inner, wanted, name, f'{key}.{part}')

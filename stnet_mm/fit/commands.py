"""The command lines with which one goes on after a fit."""

from __future__ import annotations

import shlex
from pathlib import Path

from .folder import FitFolder
from .options import FitOptions


def fit_arguments(options: FitOptions) -> list[str]:
    """The command line that gives these options.

    Args:
        options (FitOptions): The options.

    Returns:
        list[str]: The arguments, without those that have their defaults.
    """
    arguments = [options.source]
    defaults = FitOptions('').to_dict()
    for name, value in options.to_dict().items():
        if name == 'source' or value == defaults[name]:
            continue
        arguments.append(f'--{name.replace("_", "-")}')
        if value is not True:
            arguments.append(str(value))
    return arguments


def commands(
    options: FitOptions, folder: FitFolder, model: Path, tools: Path
) -> dict[str, str]:
    """Command lines to go on with.

    Args:
        options (FitOptions): The options of the fit.
        folder (FitFolder): Its folder.
        model (Path): The published weights.
        tools (Path): Folder of the command-line tools.

    Returns:
        dict[str, str]: Command lines by what they do.
    """
    config = str(folder.config)
    lines = {
        'repeat': (
            'fit.py',
            *fit_arguments(options),
            *('--out', f'{folder.root}_again'),
        ),
        'predict': ('predict.py', str(model), 'VIDEO'),
        'resume': (
            *('train.py', config, '--work-dir', str(folder.training)),
            '--resume',
        ),
        'test': ('test.py', config, str(model)),
    }
    return {
        name: shlex.join(['python', str(tools / tool), *arguments])
        for name, (tool, *arguments) in lines.items()
    }

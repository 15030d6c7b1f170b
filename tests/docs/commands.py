"""Checking a command against the program that it calls."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import runpy
import shlex
import sys
from functools import lru_cache
from pathlib import Path
from typing import Callable
from unittest import mock

from .pages import ROOT

FOLDER = re.compile(r'(configs|docs|projects|stnet_mm|tests|tools)/')
# What pip installs is checked in projects/release_check.
PROGRAMS = ('python', 'make', 'mim', 'pytest', 'bash', 'torchrun')
COMMANDS = tuple(f'{program} ' for program in PROGRAMS)


def check_command(line: str) -> None:
    """Check that a line of a shell would be taken as it is.

    Files and folders of the repository that it names have to exist, tools
    have to know its options and choices, and get all that they require.

    Args:
        line (str): A command, or several with pipes.

    Raises:
        AssertionError: If one would not.
    """
    # Optional parts in brackets are there, too.
    line = re.sub(r'\[(-[^\]]*)\]', r'\1', line)
    for part in re.split(r' \| | && |; | &$', line):
        words = shlex.split(part, comments=True)
        while words and re.match(r'[A-Z_]+=', words[0]):
            del words[0]
        if words:
            _check_words(words)


def _check_words(words: list[str]) -> None:
    for word in words:
        if FOLDER.match(word) and not re.search(r'[A-Z*]{4}', word):
            assert (ROOT / word).exists(), f'{word} is not there'
    program, *args = words
    if program == 'make':
        makefile = (ROOT / 'Makefile').read_text()
        targets = re.findall(r'^([\w-]+):', makefile, re.M)
        for target in args:
            assert '=' in target or target in targets, target
    elif program == 'mim':
        _check_mim(*args)
    elif program == 'torchrun':
        _check_torchrun(args)
    elif program.endswith('python'):
        _check_python(args)
    elif program == 'bash':
        _check_script(args)


def _check_python(args: list[str]) -> None:
    if args[0] == '-m':
        module = args[1].partition('.')[0]
        tool = ROOT / 'tools' / f'{[*args, ""][2]}.py'
        if module == 'stnet_mm' and tool.exists():
            parse(parser_of_tool(f'tools/{tool.name}'), args[3:])
        elif module in ('projects', 'stnet_mm', 'stnet_runtime'):
            parse(_parser_of_module(args[1]), args[2:])
    elif args[0].startswith('tools/'):
        parse(parser_of_tool(args[0]), args[1:])


def _check_mim(command: str, *args: str) -> None:
    """``mim`` hands on what it is given to a tool of ours."""
    if command in ('install', 'list'):
        return
    package, *rest = args
    assert package == 'stnet_mm'
    if command in ('search', 'gridsearch'):
        return
    if command == 'run':
        command, *rest = rest
    elif command == 'test':
        # The checkpoint is an option of mim's, and an argument of ours.
        rest.remove('--checkpoint')
    parse(parser_of_tool(f'tools/{command}.py'), rest)


def _check_torchrun(args: list[str]) -> None:
    from torch.distributed.run import get_args_parser

    parsed = parse(get_args_parser().parse_args, args)
    parse(parser_of_tool(parsed.training_script), parsed.training_script_args)


def _check_script(args: list[str]) -> None:
    """Our scripts hand on to Python what comes after their own arguments."""
    name = Path(args[0]).stem
    if name in ('slurm_train', 'slurm_test'):
        tool, rest = name[6:], args[3:]
    elif name in ('dist_train', 'dist_test'):
        # Before the number of processes: a config, and of a test a checkpoint.
        own = 1 if name == 'dist_train' else 2
        tool, rest = name[5:], [*args[1 : 1 + own], *args[2 + own :]]
    else:
        return
    parse(parser_of_tool(f'tools/{tool}.py'), rest)


@lru_cache(maxsize=None)
def parser_of_tool(path: str) -> Callable:
    """The function of a tool that reads its command line."""
    names = runpy.run_path(str(ROOT / path))
    return names.get('parse_args') or names['main']


def _parser_of_module(name: str) -> Callable:
    module = importlib.import_module(name)
    if hasattr(module, '__path__'):
        module = importlib.import_module(f'{name}.__main__')
    return getattr(module, 'parse_args', None) or _no_options


def _no_options() -> None:
    # main() itself would run the program.
    for word in sys.argv[1:]:
        assert not word.startswith('-'), word


def parse(parse_args: Callable, args: list[str]) -> argparse.Namespace | None:
    """Let a program read a command line.

    Args:
        parse_args (Callable): What reads ``sys.argv``.
        args (list[str]): The command line.

    Returns:
        argparse.Namespace or None: What it read.

    Raises:
        AssertionError: If it is refused.
    """
    # Some tools set variables for the processes that they start.
    with mock.patch.object(sys, 'argv', ['tool', *args]), mock.patch.dict(
        os.environ
    ):
        try:
            return parse_args()
        except SystemExit as error:
            if not error.code:  # --help
                return None
            raise AssertionError(f'{args} are refused') from error

"""Lists of clips: reading data sets, checking, splitting and writing."""

from .checks import ClipCheck, check_clips
from .clip import SPLITS, Clip, FoundClips
from .folder import check_outside, read_folder
from .formats import FORMATS, find_format, read_clips
from .grouping import name_groups
from .hmdb51 import read_hmdb51
from .jester import read_jester
from .kinetics import read_kinetics
from .list_file import read_list
from .notes import Note, write_notes
from .something_something import read_something_something
from .splitting import split_clips
from .summary import config_lines, summarize
from .ucf101 import read_ucf101
from .writing import find_other_list, list_texts, write_lists

__all__ = [
    'FORMATS',
    'SPLITS',
    'Clip',
    'ClipCheck',
    'FoundClips',
    'Note',
    'check_clips',
    'check_outside',
    'config_lines',
    'find_format',
    'find_other_list',
    'list_texts',
    'name_groups',
    'read_clips',
    'read_folder',
    'read_hmdb51',
    'read_jester',
    'read_kinetics',
    'read_list',
    'read_something_something',
    'read_ucf101',
    'split_clips',
    'summarize',
    'write_lists',
    'write_notes',
]

"""The text of a config, which MMEngine formats again and again."""

from __future__ import annotations

import functools
from typing import Any

from mmengine.config import config


def patch_config_text() -> bool:
    """Let MMEngine format the text of a config once.

    ``Config.pretty_text`` formats it with YAPF, at four places when a
    training starts and in every checkpoint. With paths of 80 characters,
    among which YAPF searches long for the best line breaks, each takes a
    second or more.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    format_code = getattr(config, 'FormatCode', None)
    if format_code is None or hasattr(format_code, '__wrapped__'):
        return False
    texts = []

    def count(text: str, **options: Any) -> tuple:
        texts.append(text)
        return text, False

    cfg = config.Config(dict(answer=42))
    config.FormatCode = count
    try:
        _ = cfg.pretty_text, cfg.pretty_text
    finally:
        config.FormatCode = format_code
    if len(texts) < 2:
        return False

    last: dict[str, tuple] = {}

    @functools.wraps(format_code)
    def format_once(text: str, **options: Any) -> tuple:
        key = f'{text} {options}'
        if key not in last:
            formatted = format_code(text, **options)
            last.clear()
            last[key] = formatted
        return last[key]

    config.FormatCode = format_once
    return True

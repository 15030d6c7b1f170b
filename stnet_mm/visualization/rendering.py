"""Templates, and files inside of pages."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import jinja2
import numpy as np
from PIL import Image

from ..utils.atomic import write_atomically
from ..utils.score_text import score_text

TEMPLATES = Path(__file__).parent / 'templates'


def write_page(path: str | Path, template: str, **values: object) -> None:
    """Write a page with all that it needs inside.

    Args:
        path (str | Path): The HTML file.
        template (str): Name of the template, without ``.html``. A style sheet
            or script is included with ``{{ asset(name) }}``.
        **values: What the template shows.

    Raises:
        OSError: If it cannot be written; nothing is left behind.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals['asset'] = _asset
    environment.filters['percent'] = '{:.1%}'.format
    environment.filters['score'] = score_text
    text = environment.get_template(f'{template}.html').render(**values)
    # Names of files need not be UTF-8.
    write_atomically(path, text.encode(errors='backslashreplace'))


def _asset(name: str) -> jinja2.utils.markupsafe.Markup:
    text = (TEMPLATES / name).read_text(encoding='utf-8')
    return jinja2.utils.markupsafe.Markup(text)


def data_uri(data: bytes, kind: str) -> str:
    """A file as an address, so that it can be inside of a page.

    Args:
        data (bytes): The file.
        kind (str): Its media type, such as ``'video/mp4'``.

    Returns:
        str: The address.
    """
    return f'data:{kind};base64,{base64.b64encode(data).decode()}'


def picture_uri(picture: np.ndarray, longest: int) -> str:
    """A picture as an address.

    Args:
        picture (np.ndarray): RGB, which becomes a JPEG, or RGBA, which
            becomes a PNG; [H, W, 3 or 4] uint8.
        longest (int): Its longest side in pixels; it is scaled down to this.

    Returns:
        str: The address.
    """
    image = Image.fromarray(picture)
    image.thumbnail((longest, longest), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    if image.mode == 'RGBA':
        image.save(buffer, format='PNG', optimize=True)
        return data_uri(buffer.getvalue(), 'image/png')
    image.save(buffer, format='JPEG', quality=80)
    return data_uri(buffer.getvalue(), 'image/jpeg')

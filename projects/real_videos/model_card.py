"""Publish the start from ordered actions, with a model card.

    python -m projects.real_videos.model_card FOLDER

writes the weights that ``ordered_start.py`` left as safetensors, and what
came of starting from them, by the results in this folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors
from stnet_mm.utils.publish import Published, publish
from stnet_mm.version import __version__

from .page import HERE, read_results
from .tables import start_table
from .variants import ORDERED_START

NAME = 'stnet_lite0_ordered-start.safetensors'


def make_card(published: Published, made: dict, records: list[dict]) -> str:
    """Write the model card.

    Args:
        published (Published): The weights.
        made (dict): What they were trained on, as ``ordered_start.py`` says.
        records (list[dict]): Results, as ``train_and_test`` returns them.

    Returns:
        str: The card, in Markdown.
    """
    text = HERE.joinpath('model_card.txt').read_text(encoding='utf-8')
    return text.format(
        name=published.path.name,
        size=published.size / 1e6,
        sha256=published.sha256,
        classes=len(published.classes),
        version=__version__,
        start=start_table(records),
        **{**made, 'accuracy': 100 * made['accuracy']},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=Path, help='folder to write')
    args = parser.parse_args()
    with clear_errors():
        (made,) = read_results('ordered_start.json')
        published = publish(ORDERED_START, args.folder / NAME)
        card = make_card(published, made, read_results('runs.jsonl'))
        write_atomically(args.folder / 'README.md', card.encode())
        print(f'{published.path}: {published.size / 1e6:.1f} MB')


if __name__ == '__main__':
    main()

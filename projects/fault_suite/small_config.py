"""The recipe for one's own clips, made small enough for many trainings."""

from __future__ import annotations

from pathlib import Path

from stnet_mm.utils.recipe import fill_in

OWN_DATA = Path('configs', 'own_data', 'stnet_own-data-rgb.py')
# A slim trunk without weights.
SLIM = """
model['backbone'].update(
    trunk=dict(type='StNetSlimResNet', depth=18, base_channels=8),
    init_cfg=None,
)
model['cls_head']['in_channels'] = 64
"""


def write_config(
    root: Path, folder: Path, more: str = '', **lines: object
) -> None:
    """Write ``config.py`` and ``classes.txt`` for videos of two classes.

    Args:
        root (Path): Root of a checkout, with its configs.
        folder (Path): With the videos and lists.
        more (str): Python that follows the recipe. Defaults to none.
        **lines (object): Lines of the recipe to edit.
    """
    (folder / 'classes.txt').write_text('one\ntwo\n')
    settings = dict(
        num_classes=2,
        data_root=str(folder),
        crop_size=32,
        num_segments=2,
        num_frames=2,
    )
    settings.update(lines)
    text = (root / OWN_DATA).read_text(encoding='utf-8')
    (folder / 'config.py').write_text(fill_in(text, settings) + SLIM + more)

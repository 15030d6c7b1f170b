"""Writing the data set: videos, lists and annotations."""

from __future__ import annotations

import json
from pathlib import Path

from ...utils.atomic import write_atomically
from ...utils.output_folder import claim_folder
from ...utils.progress import progress_bar
from ...utils.workers import run_in_processes
from .actions import Pair, counterpart
from .encoding import encode_mp4
from .scene import Scene
from .settings import SPLITS, Settings


def make_dataset(
    out: str | Path,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> dict[str, int]:
    """Make the data set, or what is missing of it.

    Videos appear under their name when they are complete, and the lists when
    all of the videos are there; so it can be interrupted at any time, and
    started again with the same settings.

    Args:
        out (str | Path): The folder; new, empty, or begun with the same
            settings.
        settings (Settings, optional): What to make. Defaults to
            ``Settings()``.
        workers (int, optional): Number of processes. Defaults to the number of
            cores.
        progress (bool): Whether to show a progress bar. Defaults to True.

    Returns:
        dict[str, int]: The number of videos in each split.

    Raises:
        StNetInputError: If the folder holds anything else.
    """
    out, settings = Path(out), settings or Settings()
    _claim(out, settings)
    splits = {split: settings.num_scenes(split) for split in SPLITS}
    tasks = [
        (out, settings, split, pair, index)
        for split, num_scenes in splits.items()
        for index in range(num_scenes)
        for pair in settings.selected_pairs
    ]
    with progress_bar(2 * len(tasks), 'making videos', progress) as advance:
        scenes = run_in_processes(
            _make_scene, tasks, workers, lambda scene: advance(len(scene))
        )
    videos = [video for scene in scenes for video in scene]
    counts = {}
    for split in SPLITS:
        chosen = [v for v in videos if v['file'].startswith(f'{split}/')]
        if chosen:
            _write_lists(out, split, chosen)
            counts[split] = len(chosen)
    return counts


def _claim(out: Path, settings: Settings) -> None:
    """Say in the folder what it holds, or check that it is the same."""
    content = dict(
        fingerprint=settings.fingerprint(),
        settings=settings.to_dict(),
        classes=[
            dict(
                label=settings.class_names.index(name),
                name=name,
                counterpart=counterpart(name),
                pair=pair.name,
                kind=pair.kind,
            )
            for pair in settings.selected_pairs
            for name in pair.classes
        ],
    )
    claim_folder(out, 'dataset.json', content)
    _write_text(out / 'classes.txt', '\n'.join(settings.class_names) + '\n')


def _make_scene(
    out: Path, settings: Settings, split: str, pair: Pair, index: int
) -> list[dict]:
    """Write a scene's two videos unless they exist; their annotations."""
    seed = settings.scene_seed(split, pair, index)
    scene = Scene(
        pair, seed, settings.level, settings.num_frames, settings.size
    )
    boxes = scene.actor.boxes().round(2)
    files = {name: f'{split}/{name}_{index:05d}.mp4' for name in pair.classes}
    missing = [name for name in files if not (out / files[name]).exists()]
    frames = scene.render() if missing else None
    videos = []
    for name, file in files.items():
        order = pair.order(name, settings.num_frames)
        if frames is not None and name in missing:
            write_atomically(
                out / file, encode_mp4(frames[order], settings.fps)
            )
        videos.append(
            dict(
                file=file,
                label=settings.class_names.index(name),
                action=name,
                pair=pair.name,
                kind=pair.kind,
                scene=f'{split}/{pair.name}_{index:05d}',
                scene_seed=seed,
                counterpart=files[counterpart(name)],
                level=settings.level,
                boxes=boxes[order].tolist(),
            )
        )
    return videos


def _write_lists(out: Path, split: str, videos: list[dict]) -> None:
    records = ',\n'.join(json.dumps(video) for video in videos)
    _write_text(out / f'annotations_{split}.json', f'[\n{records}\n]\n')
    lines = [f'{video["file"]} {video["label"]}\n' for video in videos]
    _write_text(out / f'{split}.txt', ''.join(lines))


def _write_text(path: Path, text: str) -> None:
    write_atomically(path, text.encode())

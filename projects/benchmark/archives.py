"""Archives of many videos: read ahead and in batches, or one by one."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from stnet_mm.apis import VideoClassifier, classify_archive
from stnet_mm.utils.allocator import keep_freed_memory
from stnet_mm.utils.quiet import quiet_stderr

from .clips import CLIPS, write_clip
from .report import Case, Report

CONFIG = Path('configs', 'own_data', 'stnet_own-data-rgb.py')
# Of made videos.
COUNT = 40
WORKERS = (1, 2)


def compare_archive(
    report: Report,
    device: str,
    videos: Sequence[str],
    config: str | Path = CONFIG,
) -> None:
    """Compare ``predict.py --out`` with predictions one by one.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        videos (Sequence[str]): What to classify; by default 40 made ones.
        config (str | Path): Config of the network, whose weights are random.
            Defaults to the own-data config.
    """
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        classify = _classifier(config, folder / 'random.pth', device)
        if not videos:
            videos = _make_videos(folder)
        found: dict[str, torch.Tensor] = {}

        def one_by_one() -> None:
            with quiet_stderr():
                scores = [classify.predict(video).scores for video in videos]
            found['one by one'] = torch.stack(scores)

        def archive(workers: int) -> None:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                path = Path(out, 'results.jsonl')
                with quiet_stderr():
                    classify_archive(
                        *(classify, videos, path, len(classify.classes)),
                        workers=workers,
                    )
                found['archive'] = _scores(path)

        cases = [Case('one by one', one_by_one, len(videos))]
        for workers in WORKERS:
            name = f'--out, workers {workers}'
            cases.append(Case(name, partial(archive, workers), len(videos)))
        title = f'{len(videos)} videos, {Path(config).stem}'
        report.compare(title, cases, 'video')
        difference = found['archive'] - found['one by one']
        report.facts(
            f'{title}: scores',
            [{'largest difference': difference.abs().max().item()}],
        )


def _classifier(
    config: str | Path, checkpoint: Path, device: str
) -> VideoClassifier:
    """A recognizer of random weights, which it finds in a file."""
    cfg = Config.fromfile(config)
    cfg.model.backbone.init_cfg = None
    init_default_scope('mmaction')
    torch.manual_seed(0)
    weights = MODELS.build(cfg.model).state_dict()
    torch.save(dict(state_dict=weights), checkpoint)
    return VideoClassifier(cfg, str(checkpoint), device)


def _make_videos(folder: Path) -> list[str]:
    """Ten seconds of 340x256 under many names."""
    first = folder / '0.mp4'
    write_clip(first, *CLIPS['key frames 250 apart'])
    paths = [folder / f'{i}.mp4' for i in range(COUNT)]
    for path in paths[1:]:
        os.link(first, path)
    return [*map(str, paths)]


def _scores(path: Path) -> torch.Tensor:
    """Scores of all classes in the file of an archive, [videos, classes]."""
    lines = path.read_text(encoding='utf-8').splitlines()
    rows = []
    for line in lines:
        best = json.loads(line)['predictions']
        best.sort(key=lambda prediction: prediction['label'])
        rows.append([prediction['score'] for prediction in best])
    return torch.tensor(rows)

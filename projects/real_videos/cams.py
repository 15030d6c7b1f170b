"""What StNet and TSN look at in the same clips.

    python -m projects.real_videos.cams DATASETS

trains both on the first fold of EgoGestAR, unless that is done, writes a page
with the maps of both for a clip of each class, and measures over all test
clips how much of the maps lies where the picture moves, and how much in one
segment.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.runner import Runner

from stnet_mm.apis import VideoClassifier
from stnet_mm.explain import Panel, VideoExplainer, VideoExplanation
from stnet_mm.explain.localization import energy_in_box
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.class_names import read_class_names
from stnet_mm.utils.error_lines import clear_errors
from stnet_mm.utils.progress import track
from stnet_mm.visualization import SourceVideo, write_cam_page

from .data import lists_of
from .run import Run
from .training import configure

MODELS = ('stnet', 'tsn')
RESULTS = Path('projects', 'real_videos', 'results', 'cams.json')
# The share of the pixels that is called moving.
MOVING = 0.2
# Frames before and after the middle of a segment, as of N = 5.
REACH = 2
# Side of what a value of a map stands for in pixels, the trunk's stride.
CELL = 32


def moving_pixels(
    frames: np.ndarray, center: float, covered: np.ndarray
) -> np.ndarray:
    """The pixels that change most around a frame.

    Args:
        frames (np.ndarray): Gray frames of the video, [F, H, W].
        center (float): Number of the frame.
        covered (np.ndarray): Which pixels the network sees, [H, W] bool.

    Returns:
        np.ndarray: The fifth of these around which the standard deviation
        over five frames is largest, [H, W] bool.
    """
    middle = round(center)
    change = frames[max(0, middle - REACH) : middle + REACH + 1].std(axis=0)
    change = cv2.blur(change, (CELL, CELL))
    return covered & (change > np.quantile(change[covered], 1 - MOVING))


def share_on_motion(
    explanation: VideoExplanation, frames: np.ndarray
) -> float:
    """How much of the maps of a video lies where it moves.

    Args:
        explanation (VideoExplanation): Its maps, of one class.
        frames (np.ndarray): Its gray frames, [F, H, W].

    Returns:
        float: The share of their sum in the moving fifth of the pixels: 0.2
        for maps that have nothing to do with motion.
    """
    masks = np.stack(
        [
            moving_pixels(frames, image.center, explanation.covered)
            for image in explanation.images
        ]
    )
    # [I, H, W] -> [I*H, W]: one map of the whole video
    maps, masks = (
        torch.from_numpy(array.reshape(-1, array.shape[-1]))
        for array in (explanation.classes[0].maps, masks)
    )
    return float(energy_in_box(maps, masks))


def share_of_one_segment(explanation: VideoExplanation) -> float:
    """How much of the maps of a video lies in one segment.

    Args:
        explanation (VideoExplanation): Its maps, of one class.

    Returns:
        float: The share of their sum in the segment that has most of it:
        1 / T for maps that are alike.
    """
    # [I, H, W] -> [I]
    of_segment = explanation.classes[0].maps.sum(axis=(1, 2))
    return float(of_segment.max() / max(of_segment.sum(), 1e-12))


def gray_frames(video: Path, size: tuple[int, int]) -> np.ndarray:
    """The frames of a video in gray.

    Args:
        video (Path): The video.
        size (tuple[int, int]): Height and width to resize to.

    Returns:
        np.ndarray: float32, [F, H, W].
    """
    frames = [
        cv2.resize(
            cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY),
            size[::-1],
            interpolation=cv2.INTER_AREA,
        )
        for frame in SourceVideo(video)
    ]
    return np.stack(frames).astype(np.float32)


def explainer(run: Run, folder: Path, work_dir: Path) -> VideoExplainer:
    """Explains with the network of a run, trained before if need be.

    Args:
        run (Run): The run.
        folder (Path): Folder of the data set.
        work_dir (Path): Folder for the weights.

    Returns:
        VideoExplainer: Makes maps of its videos.
    """
    cfg = configure(run, folder, work_dir)
    weights = Path(cfg.work_dir, f'iter_{cfg.train_cfg.max_iters}.pth')
    if not weights.exists():
        Runner.from_cfg(cfg).train()
    classes = read_class_names(folder / 'classes.txt')
    return VideoExplainer(VideoClassifier(cfg, str(weights), classes=classes))


def explain_clips(
    explainers: dict[str, VideoExplainer],
    clips: list[tuple[Path, int]],
    pages: Path,
) -> dict[str, dict[str, list[float]]]:
    """Measure the maps of clips, and write a page for one of each class.

    Args:
        explainers (dict[str, VideoExplainer]): The networks, by name.
        clips (list[tuple[Path, int]]): Videos and their labels: it is the
            true class that is explained.
        pages (Path): Folder for the pages.

    Returns:
        dict[str, dict[str, list[float]]]: ``share_on_motion`` and
        ``share_of_one_segment`` of each clip, by network.
    """
    shares: dict[str, dict[str, list[float]]] = {
        name: dict(on_motion=[], of_one_segment=[]) for name in explainers
    }
    shown = set()
    for video, label in track(clips, 'explaining clips'):
        panels = [
            Panel(name, explain(video, [label]))
            for name, explain in explainers.items()
        ]
        frames = gray_frames(video, panels[0].explanation.covered.shape)
        for panel in panels:
            found, share = panel.explanation, shares[panel.title]
            share['on_motion'].append(share_on_motion(found, frames))
            share['of_one_segment'].append(share_of_one_segment(found))
        if label not in shown:
            shown.add(label)
            truth = panels[0].explanation.classes[0].name
            page = pages / f'{truth}.html'
            write_cam_page(page, SourceVideo(video), panels, truth)
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(
        description='Show and measure what StNet and TSN look at'
    )
    parser.add_argument(
        'datasets', type=Path, help='folder with the data sets, by name'
    )
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--results', type=Path, default=RESULTS)
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs', 'real_videos')
    )
    args = parser.parse_args()
    folder = args.datasets / 'egogestar'
    with clear_errors():
        pages = args.work_dir / 'cams'
        pages.mkdir(parents=True, exist_ok=True)
        explainers = {
            model: explainer(
                Run(model, 'egogestar', seed=args.seed), folder, args.work_dir
            )
            for model in MODELS
        }
        text = (folder / lists_of('egogestar', 1)[1]).read_text('utf-8')
        lines = [line.rsplit(' ', 1) for line in text.splitlines()]
        clips = [(folder / name, int(label)) for name, label in lines]
        shares = explain_clips(explainers, clips, pages)
        write_atomically(args.results, f'{json.dumps(shares)}\n'.encode())
        for model, found in shares.items():
            for what, values in found.items():
                print(f'{model}, share {what}: {np.mean(values):.1%}')


if __name__ == '__main__':
    main()

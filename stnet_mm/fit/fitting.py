"""The steps of a fit, each done once however often it is interrupted."""

from __future__ import annotations

from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner

from ..apis.published import pack_config
from ..datasets.transforms.sources import is_url
from ..errors import StNetInputError
from ..evaluation import Report
from ..utils.atomic import write_atomically
from ..utils.publish import publish
from ..utils.recipe import fill_in
from ..utils.runner import add_metric, build_runner, load_config
from ..visualization.test_report import report_test
from .clips import FitClips, prepare_lists, read_sources
from .disk import check_room_for_checkpoints
from .folder import FitFolder
from .options import FitOptions
from .outcome import explain_examples, summarize_fit
from .plan import choose_settings

# Confident mistakes that the report explains.
MISTAKES = 4


def fit(options: FitOptions, out: Path, recipe: Path, tools: Path) -> None:
    """Check clips, split them, train on them, test, and report.

    Args:
        options (FitOptions): What to train on, and how.
        out (Path): Folder for everything that is written.
        recipe (Path): The own-data config.
        tools (Path): Folder of the command-line tools, which are named in
            what to do next.

    Raises:
        StNetInputError: If clips, options or the folder cannot be used; a
            line says what to do.
        OSError: If something cannot be read or written.
    """
    # Before the folder is claimed, so that a slip leaves none.
    start = options.load_from
    if start and not is_url(start) and not Path(start).is_file():
        raise StNetInputError(f'{start}: there is no such checkpoint')
    found = read_sources(options, out)
    folder = FitFolder(out, options)
    print(f'1/4 Checking the clips of {options.source}', flush=True)
    clips = prepare_lists(found, options, folder)
    if folder.summary.exists():
        print(f'{out} holds this fit already, complete:\n')
        print(folder.summary.read_text(encoding='utf-8'))
        return
    if not folder.config.exists():
        _write_config(options, folder, clips, recipe)
    print(f'2/4 Training, settings in {folder.config}', flush=True)
    checkpoint = train(folder, options.seed)
    print('3/4 Testing', flush=True)
    report = test(folder, checkpoint)
    config = pack_config(load_config(str(folder.config), None, 'none', None))
    model = publish(
        str(checkpoint), folder.root / 'model.pth', config=config
    ).path
    print('4/4 Explaining some clips', flush=True)
    pages = explain_examples(folder, report, model)
    summary = summarize_fit(options, folder, report, model, pages, tools)
    write_atomically(folder.summary, summary.encode())
    print(summary)


def _write_config(
    options: FitOptions, folder: FitFolder, clips: FitClips, recipe: Path
) -> None:
    settings = choose_settings(options, folder, clips)
    text = fill_in(recipe.read_text(encoding='utf-8'), settings)
    write_atomically(folder.config, text.encode())


def train(folder: FitFolder, seed: int) -> Path:
    """Train, or go on with it.

    Args:
        folder (FitFolder): The fit's folder, with its config.
        seed (int): Seed.

    Returns:
        Path: The checkpoint of the last step. It is not the best one in
        validation: where the clips to validate on are those to test on, its
        accuracy would be too good.

    Raises:
        StNetInputError: If the disk has no room for the checkpoints.
    """
    cfg = load_config(str(folder.config), str(folder.training), 'none', None)
    cfg.randomness = dict(seed=seed)
    last = folder.training / f'iter_{cfg.train_cfg.max_iters}.pth'
    if not last.exists():
        cfg.resume = (folder.training / 'last_checkpoint').exists()
        runner = _build_quietly(cfg)
        if not cfg.resume:
            check_room_for_checkpoints(runner.model, folder.training)
        runner.train()
    return last


def _build_quietly(cfg: Config) -> Runner:
    """Build a runner that logs training, but not what it is built with.

    That is the machine, the whole config and all hooks: 350 lines.
    """
    cfg.log_level = 'WARNING'
    runner = build_runner(cfg)
    for target in (runner.logger, *runner.logger.handlers):
        target.setLevel('INFO')
    return runner


def test(folder: FitFolder, checkpoint: Path) -> Report:
    """Test, and write the page of it.

    Args:
        folder (FitFolder): The fit's folder.
        checkpoint (Path): The weights.

    Returns:
        Report: The test.
    """
    work_dir = str(folder.testing)
    cfg = load_config(str(folder.config), work_dir, 'none', None)
    cfg.log_level = 'WARNING'  # its results are printed in the end
    cfg.load_from = str(checkpoint)
    add_metric(cfg, type='StNetPredictionMetric')
    runner = build_runner(cfg)
    runner.test()
    report = report_test(
        runner, str(checkpoint), folder.report, MISTAKES, folder.root.name
    )
    assert isinstance(report, Report)  # a recipe has one label a video
    return report

"""Checks of classes, labels and loaders, before the first step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mmaction.evaluation import AccMetric
from mmengine.dataset import InfiniteSampler
from mmengine.model import is_model_wrapper
from mmengine.runner import BaseLoop, EpochBasedTrainLoop, Runner
from torch import nn

from ..datasets.wrappers import inner_datasets
from ..errors import StNetInputError
from .class_order import check_class_order
from .pipeline_check import check_pipelines

SPLITS = ('train', 'val', 'test')


def check_run(runner: Runner) -> None:
    """Check that data and model of a runner fit each other.

    Args:
        runner (Runner): It has built the loops that are to run.

    Raises:
        StNetInputError: If the number of classes of the model is not that of
            the class names, labels or weights; if data sets number classes
            differently; if videos to validate on have no labels; if
            accuracies are wanted of scores of single views; if a pipeline
            does not give what the model takes; or if a sampler would never
            end.
    """
    head = find_head(runner.model)
    num_classes = getattr(head, 'num_classes', None)
    if num_classes is not None:
        _check_weights(head, num_classes)
    splits = [split for split, _ in built_loops(runner)]
    check_pipelines(runner.cfg, runner.model, splits)
    known: dict[str, Sequence[str]] = {}
    for split, loop in built_loops(runner):
        loader = f'{split}_dataloader'
        _check_sampler(loop, loader)
        if head is not None and split != 'train':
            _check_views(head, loop)
        for dataset in inner_datasets(loop.dataloader.dataset):
            if split == 'val' and not is_labeled(dataset):
                raise StNetInputError(
                    f'{_source(dataset, loader)} has no labels, so there is '
                    'nothing to validate on: add them, or train with '
                    '--no-validate'
                )
            if num_classes is not None:
                _check_classes(dataset, num_classes, loader)
                _check_width(dataset, num_classes, loader)
                _check_labels(dataset, num_classes, loader)
            source = _source(dataset, loader)
            names = class_names(dataset)
            for other, others in known.items():
                check_class_order(names, others, source, other)
            if names and not known:
                known[source] = names


def find_head(model: nn.Module) -> nn.Module | None:
    """The head of a recognizer.

    Args:
        model (nn.Module): The recognizer, or a wrapper of it.

    Returns:
        nn.Module | None: Its head, if it has one.
    """
    inner = model.module if is_model_wrapper(model) else model
    return getattr(inner, 'cls_head', None)


def built_loops(runner: Runner) -> Iterator[tuple[str, BaseLoop]]:
    """The loops of a runner that are to run.

    Args:
        runner (Runner): The runner.

    Yields:
        tuple[str, BaseLoop]: ``'train'``, ``'val'`` or ``'test'``, and the
        loop.
    """
    for split in SPLITS:
        loop = getattr(runner, f'_{split}_loop')
        if isinstance(loop, BaseLoop):
            yield split, loop


def is_labeled(dataset: Any) -> bool:
    """Whether a data set has labels.

    Args:
        dataset (Dataset): The data set, not a wrapper.

    Returns:
        bool: Whether its first video has one.
    """
    if hasattr(dataset, 'labeled'):
        return dataset.labeled
    if not hasattr(dataset, 'get_data_info') or not len(dataset):
        return True
    label = dataset.get_data_info(0).get('label')
    return not (isinstance(label, int) and label < 0)


def class_names(dataset: Any) -> Sequence[str] | None:
    """The class names that a data set has.

    Args:
        dataset (Dataset): The data set, or a wrapper.

    Returns:
        Sequence[str] | None: The names, if it has any.
    """
    names = getattr(dataset, 'metainfo', {}).get('classes')
    return names if isinstance(names, (list, tuple)) else None


def check_stored_classes(runner: Runner, checkpoint: dict) -> None:
    """Check that the classes of a checkpoint are those to test on.

    Args:
        runner (Runner): It has built the loops that are to run.
        checkpoint (dict): What it has loaded.

    Raises:
        StNetInputError: If they are in another order.
    """
    meta = (checkpoint.get('meta') or {}).get('dataset_meta') or {}
    stored = meta.get('classes')
    if not isinstance(stored, (list, tuple)):
        return
    for split, loop in built_loops(runner):
        # Training may start from a network of other classes.
        if split == 'train' and not runner._resume:
            return
        dataset = loop.dataloader.dataset
        (inner, *_) = inner_datasets(dataset)
        check_class_order(
            class_names(dataset),
            stored,
            _source(inner, f'{split}_dataloader'),
            runner._load_from or 'the checkpoint',
        )


def _source(dataset: Any, loader: str) -> str:
    return getattr(dataset, 'ann_file', None) or loader


def _check_weights(head: object, num_classes: int) -> None:
    weights = getattr(getattr(head, 'loss_cls', None), 'class_weight', None)
    if weights is not None and len(weights) != num_classes:
        raise StNetInputError(
            f'class_weight of the loss has {len(weights)} values for '
            f'{num_classes} classes (model.cls_head.num_classes)'
        )


def _check_views(head: nn.Module, loop: Any) -> None:
    views_apart = getattr(head, 'average_clips', '') is None
    if views_apart and any(
        isinstance(m, AccMetric) for m in loop.evaluator.metrics
    ):
        raise StNetInputError(
            'model.cls_head.average_clips=None keeps the scores of the views '
            "of a video apart, of which there is no accuracy: set it to 'prob'"
        )


def _check_sampler(loop: BaseLoop, loader: str) -> None:
    sampler = loop.dataloader.sampler
    inner = getattr(sampler, 'sampler', sampler)
    endless = isinstance(inner, InfiniteSampler)
    by_epoch = loader != 'train_dataloader' or isinstance(
        loop, EpochBasedTrainLoop
    )
    if endless and by_epoch:
        raise StNetInputError(
            f'{loader}.sampler is an InfiniteSampler, with which the epoch '
            "would not end: use dict(type='DefaultSampler')"
        )
    if loader != 'train_dataloader' and loop.dataloader.drop_last:
        raise StNetInputError(
            f'{loader}.drop_last=True would leave videos out: set it to False'
        )


def _check_classes(dataset: Any, num_classes: int, loader: str) -> None:
    names = getattr(dataset, 'metainfo', {}).get('classes')
    if isinstance(names, str):
        raise StNetInputError(
            f'{loader}: {names} is no file of class names: correct '
            'metainfo.classes of the data set'
        )
    if names is not None and len(names) != num_classes:
        blank = next((i for i, n in enumerate(names) if not str(n).strip()), 0)
        raise StNetInputError(
            f'{loader} has {len(names)} class names, the model {num_classes} '
            'classes (model.cls_head.num_classes): make them equal'
            + (f'; name {blank + 1} is empty' if blank else '')
        )


def _check_width(dataset: Any, num_classes: int, loader: str) -> None:
    width = getattr(dataset, 'num_classes', None)
    if getattr(dataset, 'multi_class', False) and width != num_classes:
        raise StNetInputError(
            f'{loader}: num_classes of the data set is {width}, that of the '
            f'model {num_classes} (model.cls_head.num_classes)'
        )


def _check_labels(dataset: Any, num_classes: int, loader: str) -> None:
    if getattr(dataset, 'multi_class', False):
        return  # its width is checked
    labels = getattr(dataset, 'labels', None)
    if labels is None and hasattr(dataset, 'get_data_info'):
        infos = map(dataset.get_data_info, range(len(dataset)))
        found = (info.get('label') for info in infos)
        labels = {label for label in found if isinstance(label, int)}
    largest = max(labels or (), default=-1)
    if largest >= num_classes:
        raise StNetInputError(
            f'{_source(dataset, loader)}: label {largest} is beyond the '
            f'{num_classes} classes of the model '
            '(model.cls_head.num_classes); labels count from 0'
        )

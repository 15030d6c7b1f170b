"""Checkpoints are checked before they are loaded."""

from __future__ import annotations

from mmengine.logging import print_log
from torch import nn

from ..errors import StNetInputError
from ..utils.state_dict import plain_state_dict

HEAD = 'cls_head.'
CLASSIFIER = f'{HEAD}fc_cls.'


def check_checkpoint(
    model: nn.Module, checkpoint: dict, name: str, finetune: bool = False
) -> None:
    """Check that a checkpoint fits a model, entry by entry.

    A model whose head has no weights, such as MMAction2's ``FeatureHead``,
    needs none: those of another head are dropped from the checkpoint.
    What wrappers have put before the names of its weights is taken away.

    Args:
        model (nn.Module): The model.
        checkpoint (dict): A checkpoint, or a bare state dict; afterwards its
            ``state_dict`` has the weights by their names in the model.
        name (str): The checkpoint's name, for messages.
        finetune (bool): Whether a classifier of other classes is dropped
            from the checkpoint instead of being an error. Defaults to False.

    Raises:
        StNetInputError: If an entry is missing, unexpected, there twice or
            of another shape.
    """
    try:
        found = plain_state_dict(checkpoint)
    except StNetInputError as error:
        raise StNetInputError(f'{name}: {error}') from error
    wanted = model.state_dict()
    if not any(key.startswith(HEAD) for key in wanted):
        found = {k: v for k, v in found.items() if not k.startswith(HEAD)}
    checkpoint['state_dict'] = found
    missing = [k for k in wanted if k not in found and _counts(k)]
    unexpected = [k for k in found if k not in wanted and _counts(k)]
    reshaped = [
        k for k in wanted if k in found and found[k].shape != wanted[k].shape
    ]
    if not (missing or unexpected or reshaped):
        return
    if not (missing or unexpected) and all(
        k.startswith(CLASSIFIER) for k in reshaped
    ):
        classes = len(found[reshaped[0]]), len(wanted[reshaped[0]])
        if not finetune:
            raise StNetInputError(
                f'{name} has {classes[0]} classes, the config {classes[1]}: '
                'set num_classes in the config to the classes that the '
                'checkpoint was trained on'
            )
        for key in reshaped:
            del found[key]
        print_log(
            f'Fine-tuning from {name}: its classifier of {classes[0]} classes '
            f'is dropped, a new one of {classes[1]} starts at random; '
            'everything else is loaded.',
            logger='current',
        )
        return
    faults = [
        f'{len(keys)} entries {fault} (first: {keys[0]})'
        for fault, keys in (
            ('are missing', missing),
            ('are unexpected', unexpected),
            ('have another shape', reshaped),
        )
        if keys
    ]
    raise StNetInputError(
        f'{name} does not fit the model: {", ".join(faults)}. It belongs to '
        'another network: use the config that it was trained with (same '
        'trunk and depth, num_frames and temporal_stages).'
    )


def _counts(key: str) -> bool:
    """Old checkpoints lack BatchNorm's counters, which do nothing here."""
    return not key.endswith('num_batches_tracked')

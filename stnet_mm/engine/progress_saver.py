"""Saving a training now and then, and when it is asked to end."""

from __future__ import annotations

import re
import time
from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner
from torch import Tensor

from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from .agreement import Agreement
from .interruption import Interruption, leave
from .process_buffers import gather_buffers
from .resume_points import FOLDER, prune


class ProgressSaver:
    """Saves checkpoints to go on from, apart from those of the config.

    They are in ``resume`` in the work directory, the last ones only, and
    all of them are removed at the end.

    Args:
        runner (Runner): The runner.
        every (int | str, optional): How often: a number of steps, or of
            minutes as ``'10m'``; None for when the training is asked to end,
            and before it is validated, only.
        keep (int): How many to keep.

    Attributes:
        agreement (Agreement): Among the processes.
        interruption (Interruption): The signal to end.
        saved (int): The step of the last checkpoint, whoever saved it.
        buffers (list[dict[str, Tensor]], optional): As of
            ``gather_buffers``, for the next checkpoint.

    Raises:
        StNetInputError: If ``every`` or ``keep`` is wrong.
    """

    def __init__(
        self, runner: Runner, every: int | str | None, keep: int
    ) -> None:
        self._runner = runner
        self._steps, self._seconds = read_interval(every)
        if keep < 1:
            raise StNetInputError(f'keep={keep}: keep 1 checkpoint or more')
        self._keep = keep
        # MMEngine's note of the last checkpoint.
        self._note = Path(runner.work_dir, 'last_checkpoint')
        self.interruption = Interruption('step')
        self.saved = 0
        self._has_saved = False  # the note may be of another training
        self.buffers: list[dict[str, Tensor]] | None = None
        self._saved_time = time.monotonic()
        self.agreement = Agreement()

    def after_step(self) -> None:
        """Save if it is time to, or the training is asked to end.

        Raises:
            SystemExit: In the latter case.
        """
        if lacks_update(self._runner):
            return  # gradients are not saved
        # By the clock of one process.
        due = is_main_process() and self._is_due()
        number, due = self.agreement.on(self.interruption.signal, due)
        if number or due:
            self.save()
        leave(number)

    def before_validation(self) -> None:
        """Save, as a validation may be asked to end, unless it is done."""
        if not lacks_update(self._runner):
            self.save()

    def finish(self) -> None:
        """Remove what only served to go on, if the config saves the end."""
        if is_main_process() and self._note.exists():
            last = Path(self._note.read_text().strip())
            if last.parent.name != FOLDER:
                prune(self._runner.work_dir, 0)

    def _is_saved(self) -> bool:
        return self._has_saved and self.saved == self._runner.iter

    def _is_due(self) -> bool:
        if self._steps:
            return self._runner.iter - self.saved >= self._steps
        late = time.monotonic() - self._saved_time
        return bool(self._seconds) and late >= self._seconds

    def save(self) -> str:
        """Save, unless that has been done; all processes must ask.

        Returns:
            str: The last checkpoint, on the main process.
        """
        runner = self._runner
        self.gather()
        if not is_main_process():
            return ''
        if self._is_saved() and self._note.exists():
            return self._note.read_text().strip()
        path = Path(runner.work_dir, FOLDER, f'iter_{runner.iter}.pth')
        runner.save_checkpoint(
            str(path.parent),
            path.name,
            meta=dict(epoch=runner.epoch, iter=runner.iter),
            by_epoch=False,
            backend_args=dict(backend='stnet_atomic'),
        )
        if not self._is_saved():  # there is no hook that takes note
            self.note_saved(runner.iter)
        write_atomically(self._note, str(path).encode())
        prune(runner.work_dir, self._keep)
        return str(path)

    def gather(self) -> None:
        """Gather what each process has for the next checkpoint."""
        self.buffers = gather_buffers(self._runner.model)

    def begin(self, step: int) -> None:
        """Take note of where the training begins.

        Args:
            step (int): Steps that are done, of a checkpoint unless it is 0.
        """
        self.note_saved(step)
        self._has_saved = step > 0

    def note_saved(self, step: int) -> None:
        """Take note of a checkpoint.

        Args:
            step (int): Its number of steps.
        """
        self.saved, self._saved_time = step, time.monotonic()
        self._has_saved = True


def lacks_update(runner: Runner) -> bool:
    """Whether gradients have been accumulated and not been used yet.

    Args:
        runner (Runner): The runner, after a step.

    Returns:
        bool: Whether they have.
    """
    wrapper = runner.optim_wrapper
    if isinstance(wrapper, OptimWrapperDict):  # the model's own affair
        return False
    return not wrapper.should_update()


def read_interval(every: int | str | None) -> tuple[int, float]:
    """Read how often to do something.

    Args:
        every (int | str, optional): Steps, or minutes as ``'10m'``.

    Returns:
        tuple[int, float]: Steps and seconds; 0 for what does not count.

    Raises:
        StNetInputError: If it is something else, or 0.
    """
    if every is None:
        return 0, 0.0
    match = re.fullmatch(r'(\d+|\d+\.\d+m|\d+m)', str(every).strip())
    number = float(match[0].rstrip('m')) if match else 0.0
    if not number:
        raise StNetInputError(
            f'save_every={every!r}: give a number of steps, such as 500, or '
            "of minutes, such as '10m'"
        )
    minutes = match is not None and match[0].endswith('m')
    return (0, number * 60) if minutes else (int(number), 0.0)

"""StNet in DistributedDataParallel, two processes on the CPU."""

import faulthandler

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmengine.model import MMDistributedDataParallel

# The processes do not read conftest.py.
import stnet_mm  # noqa: F401

from .tiny import frames, samples, tiny_recognizer

T, N = 2, 3


def batch(rank: int, step: int) -> tuple:
    """Frames and labels of two videos."""
    return frames(2, T * N, seed=10 * rank + step), samples([rank, 3])


def work(rank: int, folder: str) -> None:
    """One process: two training steps on its own videos."""
    faulthandler.dump_traceback_later(300, exit=True)  # instead of hanging
    torch.set_num_threads(1)  # as torchrun does: processes share the cores
    dist.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=2
    )
    model = MMDistributedDataParallel(tiny_recognizer())
    # Twice: a parameter without a gradient makes the second step raise.
    for step in range(2):
        model(*batch(rank, step), mode='loss')['loss_cls'].backward()
    grads = {n: p.grad for n, p in model.module.named_parameters()}
    torch.save(grads, f'{folder}/{rank}.pt')
    dist.destroy_process_group()


def test_gradients_are_shared(tmp_path):
    mp.spawn(work, args=(str(tmp_path),), nprocs=2)
    one, two = (torch.load(tmp_path / f'{rank}.pt') for rank in (0, 1))
    # One process on its own; the two average over their videos.
    alone = tiny_recognizer()
    for rank in (0, 1):
        for step in range(2):
            loss = alone(*batch(rank, step), mode='loss')['loss_cls']
            (loss / 2).backward()
    assert one.keys() == two.keys() == dict(alone.named_parameters()).keys()
    for name, parameter in alone.named_parameters():
        assert torch.equal(one[name], two[name]), name
        torch.testing.assert_close(one[name], parameter.grad)

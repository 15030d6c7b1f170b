"""The memory that a timeline takes at most, in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import av

from projects.benchmark.memory import status_of

ROOT = Path(__file__).resolve().parents[2]


def repeat_video(source: Path, path: Path, seconds: float) -> None:
    """Repeat a video as it is compressed.

    Args:
        source (Path): The video.
        path (Path): The file to write.
        seconds (float): How long it becomes, up to a group of pictures.
    """
    with av.open(str(source)) as old, av.open(str(path), 'w') as new:
        stream = old.streams.video[0]
        packets = [packet for packet in old.demux(stream) if packet.size]
        copy = new.add_stream_from_template(stream)
        end = seconds / stream.time_base
        shifts = range(0, int(end), stream.duration)
        for number, shift in enumerate(shifts):
            for packet in packets:
                packet.pts += shift - (shifts[number - 1] if number else 0)
                packet.dts += shift - (shifts[number - 1] if number else 0)
                if packet.is_keyframe and packet.pts >= end:
                    return
                packet.stream, packet.time_base = copy, stream.time_base
                new.mux(packet)


def peak_memory(
    config: str, checkpoint: str, video: Path, window: float, stride: float
) -> float:
    """Run a timeline in a new process.

    Args:
        config (str): Config file.
        checkpoint (str): Its checkpoint.
        video (Path): The video.
        window (float): As of ``make_timeline``.
        stride (float): As there.

    Returns:
        float: The resident memory that it had at most, in MiB.
    """
    done = subprocess.run(
        [
            *(sys.executable, '-m', __name__, config, checkpoint),
            *(str(video), str(window), str(stride)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ('config', 'checkpoint', 'video'):
        parser.add_argument(name)
    for name in ('window', 'stride'):
        parser.add_argument(name, type=float)
    args = parser.parse_args()

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.timeline import make_timeline
    from stnet_mm.utils.allocator import keep_freed_memory

    keep_freed_memory()
    classify = VideoClassifier(args.config, args.checkpoint, 'cpu')
    make_timeline(classify, args.video, args.window, args.stride)
    # Linux's ru_maxrss would count the process that started this one.
    print(status_of('VmHWM') / 2**20)


if __name__ == '__main__':
    main()

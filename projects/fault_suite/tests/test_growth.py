"""The suite of long trainings sees growth."""

from __future__ import annotations

import mmap
import os

from projects.fault_suite.growth.tables import find_growth, make_table
from projects.fault_suite.growth.usage import Usage, usage_of


def test_usage_of_a_process():
    before = usage_of(os.getpid(), 1, 'main')
    size = 64 << 20
    with mmap.mmap(-1, size) as memory, open(os.devnull):
        memory.write(bytes(size))
        after = usage_of(os.getpid(), 2, 'main')
    assert after.files == before.files + 1
    assert 60 < after.megabytes - before.megabytes < 200


def test_growth():
    def usages(megabytes, files):
        return [
            Usage(200, 'main', 1000.0, 30),
            Usage(200, 'worker 0', 500.0, 20),
            Usage(2000, 'main', 1000.0, 30),
            Usage(2000, 'worker 0', megabytes, files),
        ]

    good = usages(515.0, 20)
    assert find_growth(good) == []
    table = make_table(good, [])
    assert '| 2000 | 1000 MB, 30 files | 515 MB, 20 files |' in table
    assert find_growth(usages(516.0, 20)) == ['worker 0: 500 MB, then 516']
    assert find_growth(usages(500.0, 21)) == ['worker 0: 20 files, then 21']
    gone = usages(500.0, 20)[:3]
    assert find_growth(gone) == ['worker 0 is gone after step 200']

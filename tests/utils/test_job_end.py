import subprocess
import sys

import pytest

PROCESS = """
import atexit, sys
import torch.distributed as dist
from stnet_mm.utils.job_end import end_job_process

class Closing:
    def __del__(self):
        print('taken down', flush=True)

sys.modules['kept'] = Closing()
atexit.register(print, 'registered')
if sys.argv[1] == 'met':
    dist.init_process_group(
        'gloo', init_method='file://' + sys.argv[2], rank=0, world_size=1
    )
print('written', end=' ')
end_job_process(3)
"""


@pytest.mark.parametrize(
    ('case', 'printed', 'status'),
    [
        ('met', 'written registered\n', 3),
        ('alone', 'written registered\ntaken down\n', 0),
    ],
)
def test_a_process_of_a_job_is_not_taken_down(tmp_path, case, printed, status):
    done = subprocess.run(
        [sys.executable, '-c', PROCESS, case, str(tmp_path / 'store')],
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    assert (done.stdout, done.returncode) == (printed, status)

import pytest
import torch

from stnet_mm.models.segment_chunks import count_chunks, run_in_chunks


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(torch, 'get_num_threads', lambda: 2)


def test_chunks_fill_the_caches(two_cores):
    # A segment is 4 * 2 * 3 * 5 = 120 bytes.
    x = torch.rand(7, 2, 3, 5)
    with torch.no_grad():
        # 2 cores: 60 bytes each hold one segment, 120 two, 180 three.
        assert count_chunks(x, bytes_per_core=60) == 7
        assert count_chunks(x, bytes_per_core=120) == 4
        assert count_chunks(x, bytes_per_core=179) == 4
        assert count_chunks(x, bytes_per_core=180) == 3
        assert count_chunks(x, bytes_per_core=1) == 7
        assert count_chunks(x, bytes_per_core=10_000) == 1
        # Bytes become float32.
        assert count_chunks(x.byte(), bytes_per_core=60) == 7


def test_one_chunk_where_chunks_save_nothing(two_cores):
    x = torch.rand(7, 2, 3, 5)
    assert torch.is_grad_enabled()
    assert count_chunks(x, bytes_per_core=60) == 1
    with torch.no_grad():
        assert count_chunks(x.to('meta'), bytes_per_core=60) == 1


@pytest.mark.parametrize('chunks', [1, 3, 7])
def test_the_order_of_segments_is_kept(chunks):
    x = torch.rand(7, 2, 3, 5)
    sizes = []

    def run(part):
        sizes.append(len(part))
        return 2 * part[:, :1]

    assert torch.equal(run_in_chunks(run, x, chunks), 2 * x[:, :1])
    assert sizes == {1: [7], 3: [3, 3, 1], 7: [1] * 7}[chunks]

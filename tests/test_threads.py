"""Each thread of Python has as many threads of the CPU as it was given."""

from concurrent.futures import ThreadPoolExecutor

import torch

from realnvp.threads import one_thread, use_threads


def test_a_new_thread_keeps_its_own_number() -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(use_threads, 1).result()
        torch.set_num_threads(2)  # of this one
        try:
            assert other.submit(torch.get_num_threads).result() == 1
            assert torch.get_num_threads() == 2
        finally:
            torch.set_num_threads(1)


def test_afterwards_there_are_as_many_as_before() -> None:
    use_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        use_threads(1)

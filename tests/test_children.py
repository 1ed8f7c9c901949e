"""Children: their answers, their bounds, and what a killed one costs."""

from __future__ import annotations

import os
import signal
import time

import pytest

from spiders.children import ChildDied, Children, ChildTimeout


def double(number: int) -> int:
    return 2 * number


def fail() -> None:
    raise ValueError("تعذرت القراءة")


def fill() -> int:
    return len(bytearray(2 << 30))


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def unpicklable() -> object:
    return lambda: None


@pytest.fixture
def children():
    one = Children(1, address_space=1 << 30)
    yield one
    one.close()


def test_a_child_answers_and_hands_back_what_its_function_raises(children):
    assert children.submit(double, 21, seconds=60).result() == 42
    with pytest.raises(ValueError, match="تعذرت القراءة"):
        children.submit(fail, seconds=60).result()
    with pytest.raises(RuntimeError, match="cannot be handed back"):
        children.submit(unpicklable, seconds=60).result()
    assert children.submit(double, 4, seconds=60).result() == 8


def test_time_and_memory_are_bounded_and_the_next_call_is_untouched(children):
    with pytest.raises(ChildTimeout):
        children.submit(time.sleep, 60, seconds=0.5).result()
    assert children.submit(double, 1, seconds=60).result() == 2
    with pytest.raises(MemoryError):
        children.submit(fill, seconds=60).result()
    assert children.submit(double, 2, seconds=60).result() == 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=["kill", "segv"])
def test_a_killed_child_costs_its_call_alone(children, number):
    calls = [children.submit(double, 1, seconds=60), children.submit(die, number, seconds=60)]
    calls.append(children.submit(double, 3, seconds=60))
    assert calls[0].result() == 2
    with pytest.raises(ChildDied) as died:
        calls[1].result()
    assert died.value.exit_code == -number
    assert calls[2].result() == 6


def test_a_child_that_is_killed_while_it_is_idle_is_replaced(children):
    pid = children.submit(os.getpid, seconds=60).result()
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert children.submit(double, 1, seconds=60).result() == 2


def test_signals_that_end_a_command_are_not_for_its_children(children):
    pid = children.submit(os.getpid, seconds=60).result()
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid, number)
    assert children.submit(os.getpid, seconds=60).result() == pid


def test_closing_ends_children_that_are_at_work():
    children = Children(2)
    pids = [children.submit(os.getpid, seconds=60).result()]
    children.submit(time.sleep, 60, seconds=60)
    began = time.monotonic()
    children.close()
    assert time.monotonic() - began < 20
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)

"""What files share is made once: the lists of conftest.py name files that are there, and keep together what they say."""

from pathlib import Path

from .conftest import DEALS, EXHIBITION, LONGEST, STORIES, ByFile


def test_the_long_files_are_there():
    assert [name for name in LONGEST if not (Path(__file__).parent / name).exists()] == []


def test_files_that_look_at_one_market_go_to_one_runner():
    split = ByFile.__new__(ByFile)._split_scope  # made whole, it asks for runners
    units = [{split(f"tests/{file}::test_{file[-9:-3]}") for file in files} for files in (EXHIBITION, STORIES, DEALS)]
    assert [len(unit) for unit in units] == [1, 1, 1]
    assert len(set.union(*units)) == 3


def test_the_tests_of_a_file_go_to_one_runner_and_two_files_to_two():
    split = ByFile.__new__(ByFile)._split_scope  # made whole, it asks for runners
    assert (
        split("tests/a/test_x.py::test_1") == split("tests/a/test_x.py::test_2[b::c]") != split("tests/a/test_y.py::t")
    )

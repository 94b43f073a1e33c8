"""Property tests: a short profile by default, a long one with HYPOTHESIS_PROFILE=long.

A test that needs a program which this machine lacks (a database server, a font, openssl) is skipped with the reason;
with ``--no-skips``, which ``.ci/run`` gives, a skipped test has failed.
"""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "procedure",  # first: pytest explains the assertions of what it imports itself
    "approval_steps",
    "calendar_steps",
    "case_steps",
    "fee_steps",
    "paper_steps",
    "gate_steps",
    "remedy_steps",
    "report_steps",
    "rule_steps",
    "standing_steps",
]

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the tests' files alone, each run in a folder of its own
"""Thousands of databases are each made to last; on a disk, a third of the time of the tests went to waiting for it."""
if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

settings.register_profile("short", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names a case of a test after its argument, where its value is bytes or a text that no line can show.

    Bytes may hold the hour at which they were made (a ZIP's entries do); each process would then name the test
    differently, and processes that share the tests must agree on their names.
    """
    shown = not isinstance(val, bytes) and (not isinstance(val, str) or (len(val) <= 80 and val.isprintable()))
    return None if shown else argname


def pytest_addoption(parser: pytest.Parser) -> None:
    """Takes the option of a machine that has every program."""
    parser.addoption(
        "--no-skips", action="store_true", help="a skipped test has failed: this machine has every program"
    )


def _failed_if_skipped(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and config.getoption("--no-skips"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped, and --no-skips was given: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a test that was skipped, where none may be."""
    report = yield
    _failed_if_skipped(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fails a module that was skipped, where none may be."""
    report = yield
    _failed_if_skipped(report, collector.config)
    return report

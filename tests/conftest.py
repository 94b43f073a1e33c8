"""Property tests: a short profile by default, a long one with HYPOTHESIS_PROFILE=long."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "procedure",  # first: pytest explains the assertions of what it imports itself
    "approval_steps",
    "calendar_steps",
    "case_steps",
    "paper_steps",
    "remedy_steps",
    "report_steps",
    "rule_steps",
    "standing_steps",
]

settings.register_profile("short", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

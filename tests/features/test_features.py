"""Every feature, scenario by scenario."""

from pytest_bdd import scenarios

scenarios(".")

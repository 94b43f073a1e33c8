"""The codes of agencies: the one that is always there, and what their columns hold."""

DEFAULT = "default"
"""The agency of a database that holds no other."""
LONGEST_CODE = 64
"""Characters."""

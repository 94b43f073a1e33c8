"""A case's history, and the case that it makes."""

from .advance import Warning_, fold
from .history import Event, read_moment, timeline

__all__ = ["Event", "Warning_", "fold", "read_moment", "timeline"]

"""The whole of one case, composed over all rooms: its view, its evidence bundle, the audit."""

"""Every table, each with the room that owns it: only that room imports it."""

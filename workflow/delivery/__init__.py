"""What leaves the process: the sweep over due days, the outbox relay, and dispatch to people."""

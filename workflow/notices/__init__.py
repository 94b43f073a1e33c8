"""Papers at work: numbers, issue, service, templates of the office."""

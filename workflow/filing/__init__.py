"""What is filed with a case: scans, evidence, opinions, judgments, and what a reply gives; kept, proved and erased."""

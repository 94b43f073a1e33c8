"""The office's own templates and letterhead: validated, and tried in a bounded process."""

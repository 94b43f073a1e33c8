"""The office's own templates and letterhead: validated as files, then run in a sandbox process."""

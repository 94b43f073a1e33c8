"""Cases at work: commands, the stored case, drafts, the due list, recomputation."""

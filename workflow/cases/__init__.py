"""Cases at work: commands, the stored case, the due list, figures, checkpoints, recomputation."""

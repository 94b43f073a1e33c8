"""The office's register (台账) in Excel: its columns, how one is read, and the empty one."""

"""The command line: ``disclosure COMMAND``."""

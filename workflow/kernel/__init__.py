"""What every room stands on: tables, unit of work, identity, clock, versions of settings, sealing."""

"""What every room stands on: context, unit of work, tables and their owners, versions of settings, hash chains."""

"""The ground of every room: context, unit of work, tables and owners, settings versions, hash chains."""

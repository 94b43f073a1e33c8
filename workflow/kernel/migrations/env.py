"""Alembic's environment: runs on the connection that the host hands over."""

from alembic import context

from disclosure.workflow.kernel.database import metadata, schema_of
from disclosure.workflow.kernel.migrations import VERSION_TABLE, own_name

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    version_table_schema=schema_of(connection),
    include_name=own_name,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

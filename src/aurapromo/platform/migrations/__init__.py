"""Forward-only migrations, written as plain SQL beside a few lines that give Alembic their order."""

from pathlib import Path

from alembic import op


def run_sql_beside(module: str) -> None:
    """Run the statements of the .sql file that stands beside a migration and has its name."""
    sql = Path(module).with_suffix(".sql").read_text("utf-8")
    # The driver's own cursor takes many statements at once and leaves % and : alone.
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise LookupError("a migration runs on a connection")
    driver.execute(sql)

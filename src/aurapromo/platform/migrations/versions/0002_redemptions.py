"""Redeeming in groups: orders as the ledger knows them, answers kept by key, the outbox."""

from aurapromo.platform.migrations import run_sql_beside

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql_beside(__file__)

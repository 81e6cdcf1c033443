"""Batches of coupons, and what people see of a coupon."""

from aurapromo.platform.migrations import run_sql_beside

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql_beside(__file__)

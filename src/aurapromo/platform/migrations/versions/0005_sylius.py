"""What the Sylius contract asks for: OAuth clients, users and tokens, channels with ids, limits of zero."""

from aurapromo.platform.migrations import run_sql_beside

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    run_sql_beside(__file__)

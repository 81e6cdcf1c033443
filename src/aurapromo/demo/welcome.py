"""What `serve --demo` does before it serves, and what it says."""

from aurapromo.app import App


async def prepared(app: App, address: str) -> str:
    return ""

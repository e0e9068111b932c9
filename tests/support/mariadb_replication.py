"""A MariaDB server with a replica, for what only shows between two servers."""

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.scratch import source
from dbwright.engines.scratch.account import Account, account
from dbwright.engines.scratch.guard_client import GUARD
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, Unavailable

_SETTINGS = (
    "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M", "--innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--key-buffer-size=1M", "--aria-pagecache-buffer-size=8M",
)  # fmt: skip


@contextmanager
def primary_and_replica() -> Iterator[tuple[Url, Url]]:
    """A primary with the database `shop` and its replica. Raises Unavailable where MariaDB is not installed here."""
    server, installer = _program("mariadbd"), _program("mariadb-install-db")
    runner = account("mysql")
    with ExitStack() as stack:
        first, second = (_started(stack, runner, server, installer, number) for number in (1, 2))
        with ENGINE.connect(first, read_only=False) as session:
            session.query("CREATE USER 'follower'@'%' IDENTIFIED BY 'secret'")
            session.query("GRANT ALL ON *.* TO 'follower'@'%'")
            session.query("CREATE DATABASE shop")
        with ENGINE.connect(second, read_only=False) as session:
            session.query(
                f"CHANGE MASTER TO master_host = '127.0.0.1', master_port = {first.port}, master_user = 'follower',"
                " master_password = 'secret', master_use_gtid = slave_pos"
            )
            session.query("START SLAVE")
        login = {"user": "follower", "password": "secret", "options": {}}
        yield msgspec.structs.replace(first, database="shop", **login), msgspec.structs.replace(second, **login)


def _program(name: str) -> Path:
    for folder in ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"):
        if (Path(folder) / name).exists():
            return Path(folder) / name
    raise Unavailable(f"{name} is not installed.")


def _started(stack: ExitStack, runner: Account, server: Path, installer: Path, number: int) -> Url:
    folder = stack.enter_context(source.server_folder(runner))
    stack.callback(GUARD.remove, folder)
    common = ["--no-defaults", f"--datadir={folder / 'data'}", f"--tmpdir={folder}"]
    source.run(
        [installer, *common, "--auth-root-authentication-method=normal", "--skip-test-db", *_SETTINGS[1:4]],
        folder,
        runner,
    )
    port = _free_port()
    url = Url(
        scheme="mariadb", user="root", host="127.0.0.1", port=port, options={"unix_socket": str(folder / "s.sock")}
    )
    own = [f"--socket={folder / 's.sock'}", f"--pid-file={folder / 'pid'}", f"--port={port}"]
    binlog = [f"--server-id={number}", f"--log-bin={folder / 'bin'}"]
    source.start([server, *common, *own, *binlog, *_SETTINGS], folder, runner, signal.SIGKILL, lambda: _answers(url))
    return url


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: Url) -> bool:
    try:
        ENGINE.connect(url).close()
    except ConnectionFault:
        return False
    return True

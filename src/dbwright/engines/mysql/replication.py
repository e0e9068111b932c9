"""How far replicas are behind, by position: the number of transactions where both sides count them (GTID), else bytes.

Which servers are the replicas is said in the URL, as the option `replicas=host:port,…` (or paths of sockets); they are asked
with the login of the URL. A primary itself does not know how far its replicas are, and nobody else is sent a login.
"""

import re
import time

import msgspec

from dbwright.engines.mysql.scope import number, text
from dbwright.engines.mysql.session import MySQLSession, open_session
from dbwright.engines.url import Url
from dbwright.errors import DbwrightError, ExecutionFault

_AGAIN_AFTER = 30.0
"""Seconds after which a replica that could not be reached is tried again."""

_TO_CONNECT = 2.0


class Lag(msgspec.Struct, frozen=True):
    """The furthest behind of the replicas that answered; None where nothing could be read. answered: how many did."""

    transactions: int | None = None
    bytes: int | None = None
    answered: int = 0


class Replicas:
    """The replicas of a primary, each with a connection that is kept."""

    def __init__(self, primary: MySQLSession) -> None:
        self._primary = primary
        named = primary.url.options.get("replicas", "")
        self._urls = [_url_of(primary.url, place.strip()) for place in named.split(",") if place.strip()]
        self._open: dict[int, MySQLSession] = {}
        self._missed: dict[int, float] = {}

    def lag(self) -> Lag:
        """Ask every replica that can be reached."""
        found: list[Lag] = []
        for place in range(len(self._urls)):
            replica = self._session(place)
            if replica is None:
                continue
            try:
                found.append(_lag(self._primary, replica))
            except ExecutionFault:  # it may not be asked
                found.append(Lag(answered=1))
            except DbwrightError:
                self._open.pop(place).close()
                self._missed[place] = time.monotonic()
        behind = [each.transactions for each in found if each.transactions is not None]
        unread = [each.bytes for each in found if each.bytes is not None]
        return Lag(max(behind, default=None), max(unread, default=None), len(found))

    def close(self) -> None:
        """Close the connections."""
        for session in self._open.values():
            session.close()
        self._open = {}

    def _session(self, place: int) -> MySQLSession | None:
        if place not in self._open:
            if time.monotonic() - self._missed.get(place, float("-inf")) < _AGAIN_AFTER:
                return None
            try:
                self._open[place] = open_session(self._urls[place], read_only=True, timeout=_TO_CONNECT)
            except DbwrightError:
                self._missed[place] = time.monotonic()
                return None
        return self._open[place]


def _url_of(primary: Url, place: str) -> Url:
    options = {
        name: value for name, value in primary.options.items() if name not in ("replicas", "unix_socket", "socket")
    }
    if place.startswith("/"):
        options["unix_socket"] = place
        return msgspec.structs.replace(primary, database="", options=options)
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdigit():
        host, port = place, "3306"
    return msgspec.structs.replace(primary, host=host.strip("[]"), port=int(port), database="", options=options)


def _lag(primary: MySQLSession, replica: MySQLSession) -> Lag:
    if primary.flavour == "mariadb":
        written = _sequences(text(primary.query("SELECT @@GLOBAL.gtid_binlog_pos")[0][0]))
        done = _sequences(text(replica.query("SELECT @@GLOBAL.gtid_slave_pos")[0][0]))
        return Lag(sum(max(0, last - done.get(domain, 0)) for domain, last in written.items()), None, 1)
    ours = text(replica.query("SELECT @@GLOBAL.gtid_executed")[0][0])
    missing = primary.query(f"SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '{_plain(ours)}'), @@GLOBAL.gtid_mode")[0]
    if text(missing[1]) == "ON":
        return Lag(transactions_in(text(missing[0])), None, 1)
    return Lag(None, _bytes_behind(primary, replica), 1)


def _plain(gtids: str) -> str:
    return re.sub(r"[^0-9A-Za-z:,_-]", "", gtids)


def _sequences(position: str) -> dict[str, int]:
    """MariaDB's "domain-server-sequence, …" as the last sequence of every domain."""
    found: dict[str, int] = {}
    for gtid in position.split(","):
        parts = gtid.strip().split("-")
        if len(parts) == 3:
            found[parts[0]] = max(found.get(parts[0], 0), int(parts[2]))
    return found


def transactions_in(gtids: str) -> int:
    """How many transactions a set of MySQL's GTIDs holds: "uuid:1-5:8, uuid:tag:3"."""
    spans = re.findall(r":(\d+)(?:-(\d+))?", gtids)
    return sum(int(last or first) - int(first) + 1 for first, last in spans)


def _bytes_behind(primary: MySQLSession, replica: MySQLSession) -> int | None:
    """From the place in the primary's binary log that the replica has carried out, to its end."""
    new = replica.version >= (8, 0, 22)
    state = replica.named(f"SHOW {'REPLICA' if new else 'SLAVE'} STATUS")
    logs = primary.query("SHOW BINARY LOGS")
    if not state or not logs:
        return None
    word = "Source" if new else "Master"
    file, place = text(state[0].get(f"Relay_{word}_Log_File")), number(state[0].get(f"Exec_{word}_Log_Pos"))
    sizes = [(text(row[0]), number(row[1]) or 0) for row in logs]
    names = [name for name, _ in sizes]
    if file not in names or place is None:
        return None
    return sum(size for _, size in sizes[names.index(file) :]) - place

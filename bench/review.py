"""How fast a live PostgreSQL is reviewed, beside SchemaCrawler's lint, and what asking the rows of a big database costs it.

    python -m bench.review [--tables 1000] [--gigabytes 10] [--seconds 60]

First: tables without rows, definitions and counters alone, the whole command as a process of its own, the best of three.
SchemaCrawler is brought from Maven Central where `mvn` and `java` are there; else its column says why it is empty.
Then: a shop of so many gigabytes is reviewed with its rows, within the seconds given, while an application reads single rows:
how long the review took, what it asked, and how much slower the application's statements became.
"""

import argparse
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench.postgres import schema
from bench.relay import relay
from dbwright.engines.base import Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.url import Url, format_url

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>bench</artifactId><version>1</version><dependencies>
<dependency><groupId>us.fatehi</groupId><artifactId>schemacrawler-postgresql</artifactId><version>16.26.1</version></dependency>
<dependency><groupId>us.fatehi</groupId><artifactId>schemacrawler-commandline</artifactId><version>16.26.1</version></dependency>
<dependency><groupId>us.fatehi</groupId><artifactId>schemacrawler-lint</artifactId><version>16.26.1</version></dependency>
<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.4</version></dependency>
<dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.17.2</version></dependency>
<dependency><groupId>com.fasterxml.jackson.dataformat</groupId><artifactId>jackson-dataformat-yaml</artifactId>
<version>2.17.2</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
</dependencies></project>"""
_BYTES_A_PART = 850_000_000
"""What one part of the shop's rows takes, roughly, with its indexes."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--gigabytes", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=60, help="the budget of the review that asks the rows")
    options = parser.parse_args()
    if options.tables:
        _definitions(options.tables)
    if options.gigabytes:
        _rows(options.gigabytes, options.seconds)


# ---------------------------------------------------------------- definitions alone


def _definitions(tables: int) -> None:
    with ENGINE.scratch() as scratch, TemporaryDirectory() as folder:
        with scratch.open() as session:
            session.execute(Statement(text=text) for text in schema(tables))
            session.execute([Statement(text="ANALYZE")])
        ours, report = _best_review(scratch.url, Path(folder), "--no-rows")
        every, _ = _best_review(scratch.url, Path(folder), "--no-rows", "--select", "all")
        theirs = _schemacrawler(scratch.url, Path(folder))
        print(f"{tables:,} tables on {scratch.origin}, definitions alone, the whole command:")
        print(f"  dbwright review             {ours:6.2f} s   {report['summary']['rules_run']} rules")
        print(f"  dbwright review, all rules  {every:6.2f} s")
        if isinstance(theirs, str):
            print(f"  SchemaCrawler lint          {theirs}")
        else:
            print(f"  SchemaCrawler lint          {theirs:6.2f} s   {theirs / ours:.1f} times ours")


def _best_review(url: Url, folder: Path, *arguments: str) -> tuple[float, dict[str, Any]]:
    """The shortest time of three whole commands, in seconds, and the last report."""
    output = folder / "review.json"
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        _review(url, output, *arguments)
        best = min(best, time.perf_counter() - start)
    report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return best, report


def _review(url: Url, output: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "dbwright", "review", format_url(url), "--format", "json", "--output", str(output)]
    subprocess.run(
        [*command, "--fail-on", "never", *arguments], check=True, stderr=subprocess.DEVNULL, cwd=output.parent
    )


def _schemacrawler(url: Url, folder: Path) -> float | str:
    """The same for SchemaCrawler with its usual lints, or why it could not be run."""
    maven, java = shutil.which("mvn"), shutil.which("java")
    if not maven or not java:
        return "not run: it needs mvn and java"
    (folder / "pom.xml").write_text(_POM, encoding="utf-8")
    got = subprocess.run(
        [maven, "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if got.returncode:
        return "not run: Maven could not bring it"
    with relay(str(url.host), int(url.port or 5432)) as port:
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            ran = subprocess.run(
                [java, "-cp", "lib/*", "schemacrawler.Main", "--server=postgresql", "--host=127.0.0.1", f"--port={port}",
                 f"--database={url.database}", f"--user={url.user}", "--password=", "--info-level=standard", "--command=lint",
                 "--schemas=public", "--output-format=text", "--output-file=lints.txt"],
                cwd=folder, capture_output=True, text=True, check=False,
            )  # fmt: skip
            best = min(best, time.perf_counter() - start)
            if ran.returncode or not (folder / "lints.txt").exists():
                why = [
                    line for line in (ran.stdout + ran.stderr).splitlines() if line.startswith(("Error", "Caused by"))
                ]
                return f"not run: {' '.join(why) or 'it failed'}"
    return best


# ---------------------------------------------------------------- with the rows of a big database


_TABLES = """
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, name text NOT NULL, country char(2), joined timestamptz);
CREATE TABLE products (id bigint PRIMARY KEY, sku text NOT NULL, title text NOT NULL, price numeric(10,2), stock integer);
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id bigint NOT NULL, status text NOT NULL, subtotal numeric(12,2), tax numeric(12,2),
  total numeric(12,2), placed_at timestamptz, paid_at timestamptz, shipped_at timestamptz);
CREATE TABLE order_items (
  id bigint PRIMARY KEY, order_id bigint NOT NULL, product_id bigint NOT NULL, quantity integer, unit_price numeric(10,2),
  product_title text);
CREATE TABLE page_views (id bigint, customer_id bigint, path text, seen_at timestamptz, address text);
INSERT INTO products SELECT n, 'SKU-' || n, 'Product ' || n, 1 + n % 500, n % 90 FROM generate_series(1, 50000) n;
"""
_PART = """
INSERT INTO customers
SELECT n, 'user' || n || '@example.org', 'Name ' || n, (ARRAY['AT','DE','PT','FR'])[1 + n % 4], now() - n * interval '1 minute'
FROM generate_series({low} + 1, {high}) n;
INSERT INTO orders
SELECT n, 1 + (n::bigint * 7919) % {high}, (ARRAY['new','paid','sent','done'])[1 + n % 4], 10 + n % 90, 2, 12 + n % 90,
  now() - n * interval '20 seconds', now(), NULL
FROM generate_series({low} * 4 + 1, {high} * 4) n;
INSERT INTO order_items
SELECT n, 1 + (n::bigint * 31) % ({high} * 4), 1 + n % 50000, 1 + n % 5, 1 + n % 500, 'Product ' || (1 + n % 50000)
FROM generate_series({low} * 10 + 1, {high} * 10) n;
INSERT INTO page_views
SELECT n, 1 + n % {high}, '/products/' || n % 50000, now() - n * interval '1 second', '10.' || n % 250 || '.0.1'
FROM generate_series({low} * 13 + 1, {high} * 13) n;
"""
_END = "CREATE INDEX ON orders (customer_id); CREATE INDEX ON order_items (order_id); ANALYZE"
_CUSTOMERS_A_PART = 300_000


def _shop(parts: int) -> Sequence[str]:
    """Statements that make a shop; each part brings about a gigabyte."""
    fill = [_PART.format(low=part * _CUSTOMERS_A_PART, high=(part + 1) * _CUSTOMERS_A_PART) for part in range(parts)]
    return [text for script in (_TABLES, *fill, _END) for text in script.split(";") if text.strip()]


class _Application(threading.Thread):
    """Reads single rows one after another and keeps how long each took, in milliseconds."""

    def __init__(self, url: Url, highest: int) -> None:
        super().__init__(daemon=True)
        self.url, self.highest = url, highest
        self.times: list[float] = []
        self.ended = threading.Event()

    def run(self) -> None:
        """Read until it is ended."""
        with ENGINE.connect(self.url) as session:
            number = 1
            while not self.ended.wait(0.005):
                number = number * 48271 % 2147483647
                start = time.perf_counter()
                session.query(f"SELECT total FROM orders WHERE id = {1 + number % self.highest}")
                self.times.append((time.perf_counter() - start) * 1000)

    def stop(self) -> tuple[float, float]:
        """End it; the 50th and the 99th percentile of its times."""
        self.ended.set()
        self.join()
        cuts = quantiles(self.times, n=100)
        return cuts[49], cuts[98]


def _rows(gigabytes: float, seconds: float) -> None:
    parts = max(1, round(gigabytes * 1e9 / _BYTES_A_PART))
    with ENGINE.scratch() as scratch, TemporaryDirectory() as folder:
        with scratch.open() as session:
            session.execute(Statement(text=text) for text in _shop(parts))
            ((size,),) = session.query("SELECT pg_database_size(current_database())")
        highest = parts * _CUSTOMERS_A_PART * 4
        idle = _Application(scratch.url, highest)
        idle.start()
        time.sleep(10)
        before = idle.stop()
        busy = _Application(scratch.url, highest)
        busy.start()
        output = Path(folder) / "review.json"
        start = time.perf_counter()
        _review(scratch.url, output, "--seconds", str(seconds))
        took = time.perf_counter() - start
        during = busy.stop()
        report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    print(f"\nA shop of {int(str(size)) / 1e9:.1f} GB reviewed with its rows, {seconds:g} s given:")
    print(f"  took {took:.1f} s; {report['source']['how']}")
    print(
        f"  {len(report['findings'])} findings; not checked: {'; '.join(report['summary']['unchecked']) or 'nothing'}"
    )
    print(f"  an application's reads by key: median {before[0]:.2f} ms and p99 {before[1]:.2f} ms alone, "
          f"{during[0]:.2f} and {during[1]:.2f} ms meanwhile")  # fmt: skip


if __name__ == "__main__":
    main()

"""Folders of migrations for tests, and what the command line says of them."""

from pathlib import Path

from dbwright.app.migrate.new import write_revision, write_sums
from dbwright.engines.base import Scratch
from dbwright.engines.url import format_url
from tests.support.command import Ran, run

ORDERS = {
    ".up.sql": "CREATE TABLE orders (id integer PRIMARY KEY, price integer NOT NULL);\n",
    ".down.sql": "DROP TABLE orders;\n",
}
ROWS = {".up.sql": "INSERT INTO orders VALUES (1, 10), (2, 20), (3, 30);\n", ".down.sql": "DELETE FROM orders;\n"}
CENTS = {
    ".up.sql": "ALTER TABLE orders ADD COLUMN cents integer;\n",
    ".down.sql": "ALTER TABLE orders DROP COLUMN cents;\n",
}


class Project:
    """A folder and a database to run it on."""

    def __init__(self, folder: Path, scratch: Scratch) -> None:
        self.folder, self.scratch = folder, scratch
        self.url = format_url(scratch.url)

    def add(self, name: str, texts: dict[str, str]) -> str:
        """Write a revision and return its version."""
        return write_revision(self.folder, name, texts)[0].name.partition("_")[0]

    def add_orders(self) -> list[str]:
        """Three revisions: a table, its rows, a column."""
        return [self.add("orders", ORDERS), self.add("rows", ROWS), self.add("cents", CENTS)]

    def edit(self, version: str, text: str, half: str = "up.sql") -> None:
        """Put other content into a file, and write the checksums."""
        next(self.folder.glob(f"{version}_*.{half}")).write_text(text, "utf-8")
        write_sums(self.folder)

    def run(self, verb: str, *arguments: object, url: bool = True) -> Ran:
        """Run a subcommand on the folder, and on the database."""
        where = ("--url", self.url) if url else ("--dialect", self.engine)
        return run("migrate", verb, *arguments, "--folder", self.folder, *where)

    @property
    def engine(self) -> str:
        """The engine's name."""
        return {"postgresql": "postgres", "mariadb": "mysql"}.get(self.scratch.url.scheme, self.scratch.url.scheme)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of the database."""
        with self.scratch.open() as session:
            return session.query(sql)

    def tables(self) -> list[str]:
        """The names of the database's tables."""
        with self.scratch.open() as session:
            return [table.name for table in session.inspect().catalog.tables]

    def code(self, *arguments: str) -> str:
        """The Python code of a process that runs a subcommand."""
        whole = ["migrate", *arguments, "--folder", str(self.folder), "--url", self.url]
        return f"from dbwright.cli.main import main; main({whole!r})"

    def states(self) -> list[str]:
        """The states of all revisions, in their order."""
        return [row["state"] for row in self.run("status", "--format", "json").json["rows"]]

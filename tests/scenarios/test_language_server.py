"""The language server as an editor talks to it: over stdin and stdout of a process of its own."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from dbwright.readers.sql.split import split

_SCHEMA = """CREATE TABLE authors (id integer PRIMARY KEY, name text NOT NULL);

CREATE TABLE books (
  id integer PRIMARY KEY,
  /* 📚 */ author_id integer NOT NULL,
  price double precision NOT NULL
);
"""


class Editor(LanguageClient):
    """A client that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

        feature: Any = self.feature  # pygls gives it no types
        feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda parameters: self.told.put_nowait(parameters))

    async def open(self, path: Path, text: str) -> list[types.Diagnostic]:
        """Open a text and wait for what is found in it."""
        item = types.TextDocumentItem(uri=path.as_uri(), language_id="sql", version=1, text=text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.heard()

    async def change(self, path: Path, text: str, version: int) -> None:
        """Replace the whole text."""
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def heard(self) -> list[types.Diagnostic]:
        """What the server says next."""
        return list((await asyncio.wait_for(self.told.get(), 30)).diagnostics)

    async def actions(self, path: Path, place: types.Range) -> list[types.CodeAction]:
        """What the server offers there."""
        context = types.CodeActionContext(diagnostics=[])
        asked = types.CodeActionParams(types.TextDocumentIdentifier(path.as_uri()), place, context)
        found = await self.text_document_code_action_async(asked)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]


def _with_editor(folder: Path, scenario: Callable[[Editor], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        editor = Editor()
        await editor.start_io(sys.executable, "-m", "dbwright", "lsp", cwd=folder)
        await editor.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=folder.as_uri())
        )
        editor.initialized(types.InitializedParams())
        try:
            await scenario(editor)
        finally:
            await editor.shutdown_async(None)
            editor.exit(None)
            stop: Any = editor.stop
            await stop()

    asyncio.run(run())


def _applied(action: types.CodeAction, text: str) -> str:
    """The text after an action's edits, which are all in one file and on whole characters of the basic plane."""
    assert action.edit is not None
    assert action.edit.changes is not None
    (edits,) = action.edit.changes.values()
    (edit,) = edits
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        before = lines[position.line].encode("utf-16-le")[: position.character * 2].decode("utf-16-le")
        return sum(len(line) + 1 for line in lines[: position.line]) + len(before)

    return text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]


def _at(found: list[types.Diagnostic], code: str) -> types.Diagnostic:
    return next(each for each in found if each.code == code)


def test_a_schema_is_reviewed_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "dbwright.toml").write_text('dialect = "postgres"\n')
    file = tmp_path / "schema.sql"

    async def scenario(editor: Editor) -> None:
        found = await editor.open(file, _SCHEMA)
        missing = _at(found, "R001")
        line = _SCHEMA.split("\n")[4].encode("utf-16-le")
        assert missing.range.start.line == 4
        word = line[missing.range.start.character * 2 : missing.range.end.character * 2].decode("utf-16-le")
        assert word == "author_id"
        assert missing.severity == types.DiagnosticSeverity.Warning
        assert _at(found, "T001").range.start.line == 5

        offered = await editor.actions(file, missing.range)
        fix = next(each for each in offered if each.title.startswith("R001: Add a foreign key"))
        mended = _applied(fix, _SCHEMA)
        assert len(list(split(mended, "postgres"))) > 2
        await editor.change(file, mended, 2)
        assert "R001" not in {each.code for each in await editor.heard()}

        accept = next(each for each in offered if each.title == "R001: accept it here, with a reason")
        await editor.change(file, _applied(accept, _SCHEMA), 3)
        assert "R001" not in {each.code for each in await editor.heard()}

    _with_editor(tmp_path, scenario)


def test_a_migration_is_linted_against_those_before_it(tmp_path: Path) -> None:
    (tmp_path / "dbwright.toml").write_text('dialect = "postgres"\n')
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_books.sql").write_text(_SCHEMA)
    file = folder / "0002_index.sql"
    text = "SET lock_timeout = '5s';\n\nCREATE INDEX books_author ON books (author_id);\n"

    async def scenario(editor: Editor) -> None:
        found = await editor.open(file, text)
        blocking = next(each for each in found if each.range.start.line == 2 and "CONCURRENTLY" in each.message)
        offered = await editor.actions(file, blocking.range)
        fix = next(
            each for each in offered if each.title.startswith(f"{blocking.code}: ") and "accept" not in each.title
        )
        assert "CONCURRENTLY" in _applied(fix, text)
        assert _applied(fix, text).count("CREATE INDEX") == 1

    _with_editor(tmp_path, scenario)


def test_what_is_no_sql_is_said_where_it_stands_and_the_server_lives_on(tmp_path: Path) -> None:
    (tmp_path / "dbwright.toml").write_text('dialect = "postgres"\n')
    file = tmp_path / "schema.sql"

    async def scenario(editor: Editor) -> None:
        (fault,) = await editor.open(
            file, "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (x text DEFAULT 'open);\n"
        )
        assert fault.message.startswith("Not checked: ")
        assert fault.range.start.line == 1
        await editor.change(file, _SCHEMA, 2)
        assert "R001" in {each.code for each in await editor.heard()}
        editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(file.as_uri())))
        assert await editor.heard() == []

    _with_editor(tmp_path, scenario)


def test_pointing_at_a_finding_shows_the_page_of_its_rule(tmp_path: Path) -> None:
    (tmp_path / "dbwright.toml").write_text('dialect = "postgres"\n')
    file = tmp_path / "schema.sql"

    async def scenario(editor: Editor) -> None:
        place = _at(await editor.open(file, _SCHEMA), "T001").range.start
        asked = types.HoverParams(types.TextDocumentIdentifier(file.as_uri()), place)
        shown = await editor.text_document_hover_async(asked)
        assert shown is not None
        assert isinstance(shown.contents, types.MarkupContent)
        assert "money-in-float" in shown.contents.value

    _with_editor(tmp_path, scenario)


def test_a_broken_configuration_is_told_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "dbwright.toml").write_text("nonsense = 1\n")

    async def scenario(editor: Editor) -> None:
        (fault,) = await editor.open(tmp_path / "schema.sql", _SCHEMA)
        assert "dbwright.toml" in fault.message

    _with_editor(tmp_path, scenario)

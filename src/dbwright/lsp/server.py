"""The server itself: it checks a text a moment after it was last changed, and says what it found."""

import asyncio
import logging
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from dbwright import __version__
from dbwright.app.editor import Checked, Fault, check_text
from dbwright.app.own_rules import known_rules
from dbwright.app.settings import Settings, load_from
from dbwright.errors import DbwrightError
from dbwright.lsp.actions import actions
from dbwright.lsp.convert import Units, diagnostic, diagnostics, lines_of, units_of
from dbwright.rules.base import rule

_PAUSE = 0.4
"""Seconds without a keystroke after which a text is checked."""
_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """Keeps, for each open text, what was found in its newest version that has been checked."""

    def __init__(self) -> None:
        super().__init__("dbwright", __version__)
        self.checked: dict[str, tuple[Checked, str]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    @property
    def units(self) -> Units:
        """What columns are counted in: the encoding that the editor prefers."""
        return units_of(self.workspace.position_encoding)

    def check_soon(self, uri: str, pause: float = _PAUSE) -> None:
        """Check a text after a pause; one that waits already begins to wait anew."""
        self.forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._check(uri, pause))

    def forget(self, uri: str) -> None:
        """Stop waiting to check a text."""
        task = self._waiting.pop(uri, None)
        if task:
            task.cancel()

    async def _check(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        document = self.workspace.get_text_document(uri)
        text, version = document.source, document.version
        path = Path(to_fs_path(uri) or document.filename or "untitled.sql")
        checked = await asyncio.to_thread(_checked, text, path)
        self.checked[uri] = (checked, text)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=uri, diagnostics=diagnostics(checked, lines_of(text), self.units), version=version
            )
        )


def _checked(text: str, path: Path) -> Checked:
    """The findings of a text; an error in the settings or in dbwright itself is told at its top instead of ending the server."""
    try:
        return check_text(text, path, load_from(path.parent))
    except DbwrightError as error:
        return Checked(kind="schema", dialect="", fault=Fault(error.message))
    except Exception as error:
        _log.exception("A check failed")
        return Checked(kind="schema", dialect="", fault=Fault(f"{type(error).__name__}: {error}"))


def make_server() -> Server:
    """A server with all that it answers to."""
    server = Server()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(parameters: types.DidOpenTextDocumentParams) -> None:
        server.check_soon(parameters.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(parameters: types.DidChangeTextDocumentParams) -> None:
        server.check_soon(parameters.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(parameters: types.DidSaveTextDocumentParams) -> None:
        server.check_soon(parameters.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(parameters: types.DidCloseTextDocumentParams) -> None:
        uri = parameters.text_document.uri
        server.forget(uri)
        server.checked.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def offered(parameters: types.CodeActionParams) -> list[types.CodeAction]:
        uri = parameters.text_document.uri
        checked, text = server.checked.get(uri, (None, ""))
        if checked is None or text != server.workspace.get_text_document(uri).source:
            return []  # the text has changed since it was checked: its findings may stand elsewhere now
        return await asyncio.to_thread(actions, checked, text, uri, parameters.range, server.units)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(parameters: types.HoverParams) -> types.Hover | None:
        checked, text = server.checked.get(parameters.text_document.uri, (None, ""))
        if checked is None:
            return None
        lines = lines_of(text)
        for finding in checked.findings:
            place = diagnostic(finding, lines, server.units).range
            if place.start <= parameters.position <= place.end:
                known = known_rules(_settings(parameters.text_document.uri))
                page = f"### {finding.code} {finding.rule}\n\n{rule(finding.code, known).page}"
                return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, page), place)
        return None

    return server


def _settings(uri: str) -> Settings:
    return load_from(Path(to_fs_path(uri) or ".").parent)

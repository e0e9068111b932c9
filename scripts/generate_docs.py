"""Write the generated pages under docs/: rules, command line, capabilities and JSON schemas. `--check` only compares."""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dbwright.catalog import codec
from dbwright.cli.main import root
from dbwright.engines.registry import engine
from dbwright.report import json_
from dbwright.rules.base import Rule, all_rules
from dbwright.rules.migrating import MigrationRule

DOCS = Path(__file__).parent.parent / "docs"
_ANCHORS = Path(__file__).parent / "anchors.toml"
_ENGINES = ("postgres", "mysql", "sqlite")
_CAPABILITIES = {
    "connect": "Read a live database, read-only",
    "inspect": "Its whole catalog in a fixed number of queries",
    "emit": "Write it as SQL that makes it again",
    "render": "Write fixes and changes as SQL, with the way back",
    "predict": "Locks, rewrites, scans and duration of a statement, predicted",
    "observe": "The same, observed while it runs on a scratch database",
    "online": "Expand, backfill, switch and contract while the application runs",
    "measure": "Sizes and counters",
    "answer": "Evidence from the rows",
    "scratch": "Throwaway databases for proofs",
}


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file with its content."""
    yield DOCS / "rules.md", _rule_list()
    for rule in all_rules():
        yield DOCS / "rules" / f"{rule.code}.md", _rule_page(rule)
    yield DOCS / "cli.md", _command_line()
    yield DOCS / "capabilities.md", _capabilities()
    yield DOCS / "catalog.schema.json", _json(codec.schema())
    yield DOCS / "review.schema.json", _json(json_.schema())


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _rule_list() -> str:
    lines = [
        "# Rules",
        "",
        "Each rule is one file; this page is written from them. `dbwright rule CODE` shows the same.",
        "",
    ]
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(all_rules(), key=lambda rule: isinstance(rule, MigrationRule)):
        what = "Migrations: " if isinstance(rule, MigrationRule) else ""
        groups.setdefault(f"{what}{rule.group}", []).append(rule)
    for group, rules in groups.items():
        lines += [
            "",
            f"## {group[0].upper()}{group[1:]}",
            "",
            "| Code | Rule | Usual severity | Bundle | Engines | Finds |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| [{rule.code}](rules/{rule.code}.md) | {rule.name} | {rule.severity} | {rule.bundle} | {_engines(rule)} "
            f"| {_cell(rule.title)} |"
            for rule in rules
        ]
    return "\n".join([*lines, *_beside_others()]) + "\n"


def _beside_others() -> list[str]:
    """How many checks other tools have, how many of them ours do too, and each with what of ours does the same."""
    tools: dict[str, dict[str, str]] = tomllib.loads(_ANCHORS.read_text(encoding="utf-8"))
    codes = {rule.code for rule in all_rules()}
    ours = len(codes)
    on_schemas = sum(not isinstance(rule, MigrationRule) for rule in all_rules())
    told = (
        f"dbwright has {ours} rules: {on_schemas} on schemas and {ours - on_schemas} on migrations. Rows with several checks of a "
        "tool count them all. What a tool has and dbwright has not is told with the reason."
    )
    lines = [
        "",
        "## Beside other tools",
        "",
        told,
        "",
        "| Tool | Its checks | Of them here too | Read |",
        "|---|---|---|---|",
    ]
    details: list[str] = []
    for tool, checks in tools.items():
        read = checks.pop("read")
        found = {check: _codes_in(check, words, codes) for check, words in checks.items()}
        counts = {check: _how_many(check) for check in checks}
        held = sum(
            counts[check] for check in checks if found[check] or checks[check].startswith(("`", "A project's own"))
        )
        lines.append(f"| [{tool}](#{tool.lower()}) | {sum(counts.values())} | {held} | {read} |")
        details += ["", f"### {tool}", "", "| Its check | Here |", "|---|---|"]
        details += [f"| {check} | {_linked(words, found[check])} |" for check, words in checks.items()]
    return lines + details


def _codes_in(check: str, words: str, codes: set[str]) -> list[str]:
    """The codes that an entry is made of, all of which must exist; none where it is a sentence."""
    found = re.fullmatch(r"[A-Z]\d{3}(?:, [A-Z]\d{3})*", words)
    named = words.split(", ") if found else []
    for code in named:
        if code not in codes:
            raise SystemExit(f"{_ANCHORS.name} names {code} for {check!r}, which is no rule.")
    return named


def _how_many(check: str) -> int:
    several = re.search(r"\((?:about )?(\d+)[^)]*\)$", check)
    return int(several[1]) if several else 1


def _linked(words: str, codes: list[str]) -> str:
    return ", ".join(f"[{code}](rules/{code}.md)" for code in codes) or words


def _engines(rule: Rule) -> str:
    return ", ".join(engine(name).title for name in rule.engines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _rule_page(rule: Rule) -> str:
    told = (
        f"Usual severity: {rule.severity} · Bundle: {rule.bundle} · Engines: {_engines(rule)} · It {rule.needs_shown}."
    )
    return f"# {rule.code} {rule.name}\n\n{told}\n\n{rule.page}\n"


def _command_line() -> str:
    context = click.Context(
        root, info_name="dbwright", terminal_width=100, max_content_width=100, **root.context_settings
    )
    blocks = ["# The command line", "", "```text", root.get_help(context), "```"]
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        if command is not None:
            blocks += _command_pages(command, click.Context(command, info_name=name, parent=context), "##")
    blocks += [
        "",
        "Exit status: 0 clean, 1 findings or differences at or above `--fail-on`, 2 usage or failure, 130 stopped by Ctrl-C.",
        "Every option can be set in the environment: `DBWRIGHT_REVIEW_FAIL_ON=error` is `dbwright review --fail-on error`.",
    ]
    return "\n".join(blocks) + "\n"


def _command_pages(command: click.Command, context: click.Context, level: str) -> list[str]:
    """A command's help, and below it that of its own commands."""
    blocks = ["", f"{level} {context.command_path}", "", "```text", command.get_help(context), "```"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                blocks += _command_pages(inner, click.Context(inner, info_name=name, parent=context), f"{level}#")
    return blocks


def _capabilities() -> str:
    """Which engine has what. A capability is there when the module that does it is."""
    homes = {
        "connect": "session", "inspect": "inspect", "emit": "ddl", "render": "steps", "measure": "stats",
        "answer": "probe", "scratch": "scratch", "predict": "effects", "observe": "observe", "online": "online",
    }  # fmt: skip
    titles = [engine(name).title for name in _ENGINES]
    lines = [
        "# What dbwright can do on which engine",
        "",
        f"| | {' | '.join(titles)} |",
        "|---|" + "---|" * len(titles),
    ]
    for capability, words in _CAPABILITIES.items():
        marks = ["yes" if _has(name, homes[capability]) else "no" for name in _ENGINES]
        lines.append(f"| {words} | {' | '.join(marks)} |")
    counts = [str(sum(name in rule.engines for rule in all_rules())) for name in _ENGINES]
    lines.append(f"| Rules that apply | {' | '.join(counts)} |")
    return "\n".join(lines) + "\n"


def _has(name: str, module: str) -> bool:
    try:
        import_module(f"dbwright.engines.{name}.{module}")
    except ModuleNotFoundError:
        return False
    return True


def main() -> int:
    """Write the pages, or with --check say which of them are out of date."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="change nothing; fail where a page is out of date")
    check = arguments.parse_args().check
    wanted = dict(pages())
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    gone = [path for path in (DOCS / "rules").glob("*.md") if path not in wanted]
    if check:
        for path in (*stale, *gone):
            print(
                f"{path.relative_to(DOCS.parent)} is out of date; run: python scripts/generate_docs.py", file=sys.stderr
            )
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    for path in gone:
        path.unlink()
    print(f"{len(stale)} pages written, {len(gone)} removed, {len(wanted) - len(stale)} were up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

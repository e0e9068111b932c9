"""Running rules over one database: ask the rows what the rules want to know, check, and write out the fixes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dbwright.app.dependencies.for_review import find
from dbwright.app.joins import joins_of
from dbwright.app.nearby import Nearby
from dbwright.app.own_rules import QueryRule, run_query_rules, run_rule
from dbwright.app.touched import with_touched
from dbwright.catalog.facts import Answer, Facts, FindDependencies, Question, Unanswered, key_of
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog
from dbwright.change.operations import Operation
from dbwright.engines.base import Budget, Engine, Session
from dbwright.errors import DbwrightError
from dbwright.finding import Finding, Fix, by_harm
from dbwright.normalize.judgement.decisions import Decision
from dbwright.rules.base import Rule, Subject

Options = Mapping[str, Mapping[str, Any]]
"""Parameters of rules by code or name."""


_FOR_DEPENDENCIES = 0.5
"""The share of the time left that a search for dependencies may take."""


class Checked(msgspec.Struct, frozen=True):
    """The findings, the facts they rest on, and in plain sentences what could not be checked."""

    findings: tuple[Finding, ...]
    facts: Facts
    notes: tuple[str, ...] = ()


def check_catalog(
    catalog: Catalog,
    engine: Engine,
    *,
    rules: Sequence[Rule],
    session: Session | None = None,
    options: Options | None = None,
    budget: Budget | None = None,
    facts_overlay: Callable[[Facts], Facts] | None = None,
    sources: Sequence[str] = (),
    decisions: Sequence[Decision] = (),
) -> Checked:
    """Check a catalog, and its rows where a session is given.

    options: the parameters of rules by code or name. sources: files and folders with the application's SQL.
    decisions: what people said of dependencies.
    Findings come sorted: most harmful first, then by table and rule. Raises ConnectionFault where the server goes away.
    """
    facts, notes = _measure(catalog, session)
    if facts_overlay:
        facts = facts_overlay(facts)
    facts.joins = facts.joins or joins_of(catalog, facts.queries, sources)
    base = _subject(catalog, engine, facts)
    subjects = [
        (rule, msgspec.structs.replace(base, options=_options(rule, options or {})))
        for rule in rules
        if base.engine in rule.engines
    ]
    findings: list[Finding] = []
    if session is not None and facts.has_rows:
        budget = budget or Budget()
        end = time.monotonic() + budget.seconds
        asked = {question for rule, subject in subjects for question in _questions(rule, subject)}
        mined = {question for question in asked if isinstance(question, FindDependencies)}
        facts.answers = {**_ask(session, catalog, facts, asked - mined, budget), **facts.answers}
        queries = [rule for rule, _ in subjects if isinstance(rule, QueryRule)]
        found, failed = run_query_rules(queries, session, engine, catalog, budget, end)
        findings += found
        seconds = _FOR_DEPENDENCIES * max(0.0, end - time.monotonic())
        facts.answers |= find(mined, session, engine, catalog, facts, seconds, decisions)
        notes += [*_unanswered(facts.answers.values()), *failed]
    findings += [finding for rule, subject in subjects for finding in _found(rule, subject)]
    weighed = with_touched(findings, facts)
    nearby = Nearby(catalog)
    rendered = tuple(_with_sql(finding, nearby, engine) for finding in sorted(weighed, key=by_harm))
    return Checked(rendered, facts, tuple(notes))


def review_session(
    session: Session,
    engine: Engine,
    catalog: Catalog,
    *,
    rules: Sequence[Rule],
    options: Options | None = None,
    budget: Budget | None = None,
    facts_overlay: Callable[[Facts], Facts] | None = None,
    decisions: Sequence[Decision] = (),
) -> tuple[Finding, ...]:
    """The findings alone, for a session that is open already."""
    return check_catalog(
        catalog,
        engine,
        rules=rules,
        session=session,
        options=options,
        budget=budget,
        facts_overlay=facts_overlay,
        decisions=decisions,
    ).findings


def _measure(catalog: Catalog, session: Session | None) -> tuple[Facts, list[str]]:
    if session is None:
        return Facts(), []
    facts = session.measure(catalog)
    return facts, list(facts.notes)


def _subject(catalog: Catalog, engine: Engine, facts: Facts) -> Subject:
    return Subject(
        catalog=catalog,
        lookup=Lookup(catalog),
        engine=engine.name,
        facts=facts,
        quote=engine.quote,
        reserved=engine.reserved(),
        name_limit=engine.name_limit(),
        name_limit_in_bytes=engine.name == "postgres",
    )


def _questions(rule: Rule, subject: Subject) -> list[Question]:
    return run_rule(rule, lambda: rule.questions(subject), Question)


def _found(rule: Rule, subject: Subject) -> list[Finding]:
    return run_rule(rule, lambda: rule.check(subject), Finding)


def _options(rule: Rule, options: Options) -> dict[str, Any]:
    """The parameters of a rule, which the configuration may name by its code or its name."""
    return {**options.get(rule.code, {}), **options.get(rule.name, {})}


def _ask(
    session: Session, catalog: Catalog, facts: Facts, asked: Iterable[Question], budget: Budget
) -> dict[Question, Answer]:
    questions = sorted(asked, key=key_of)
    return session.answer(catalog, facts, questions, budget) if questions else {}


def _unanswered(answers: Iterable[Answer]) -> list[str]:
    """One sentence a reason, so that a thousand questions without an answer don't drown the report."""
    reasons: dict[str, int] = {}
    for answer in answers:
        if isinstance(answer, Unanswered):
            reasons[answer.reason] = reasons.get(answer.reason, 0) + 1
    return [
        f"{count} question{'s' if count > 1 else ''} about the rows could not be answered: {reason}"
        for reason, count in sorted(reasons.items())
    ]


def _with_sql(finding: Finding, nearby: Nearby, engine: Engine) -> Finding:
    """The finding with the statements of its fix; a fix that this engine can't express is left as words."""
    fix = finding.fix
    if fix is None or fix.sql or not fix.operations:
        return finding
    try:
        operations: list[Operation] = list(fix.operations)
        rendered = msgspec.structs.replace(fix, sql=tuple(engine.render(operations, nearby.around(operations))))
    except DbwrightError as error:
        rendered = Fix(title=f"{fix.title} ({error.message.rstrip('.')})", safety="display")
    return msgspec.structs.replace(finding, fix=rendered)

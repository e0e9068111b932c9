"""What is asked of a database: the questions, their answers, and a file of answers."""

from __future__ import annotations

import tomllib
from typing import Any, Literal

import msgspec

from dbwright.errors import UsageError

Answer = str | float | bool | tuple[str, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question and the answers that it takes.

    kind: "one" of `choices`, "some" of them, or a "number" with its unit. tried: other answers, to find out what would change the ranking.
    """

    name: str
    text: str
    kind: Literal["one", "some", "number"]
    choices: dict[str, str] = {}
    unit: str = ""
    tried: tuple[Any, ...] = ()


QUESTIONS: tuple[Question, ...] = (
    Question(
        name="structure",
        text="What does the data look like?",
        kind="one",
        choices={
            "relational": "things that refer to each other",
            "documents": "nested documents of many shapes",
            "key-value": "values by key: sessions, counters, caches",
            "time-series": "events or measurements by time",
            "wide": "very many rows, always read by a known key",
            "analytics": "large tables that are read as a whole",
        },
    ),
    Question(
        name="transactions",
        text="What must change together or not at all?",
        kind="one",
        choices={"many rows": "several rows or tables", "one row": "one row or document", "nothing": "nothing"},
    ),
    Question(
        name="consistency",
        text="May a reader see an old value right after a write?",
        kind="one",
        choices={"strong": "no", "eventual": "yes, for a moment"},
    ),
    Question(
        name="queries",
        text="How is it asked?",
        kind="some",
        choices={
            "by key": "one thing by its key",
            "ranges": "lists in order, page by page",
            "joins": "several kinds of things together",
            "ad hoc": "questions that nobody knows yet",
            "aggregates": "sums and counts over very many rows",
            "full text": "words in texts",
            "geo": "places and distances",
            "vectors": "nearest neighbours of embeddings",
            "leaderboards": "ranks, rate limits, queues",
        },
    ),
    Question(name="reads_per_second", text="How many reads at the busiest time?", kind="number", unit="a second",
             tried=(1_000, 50_000, 500_000)),
    Question(name="writes_per_second", text="How many writes at the busiest time?", kind="number", unit="a second",
             tried=(10, 2_000, 20_000, 200_000)),
    Question(name="size_gb", text="How large is it at the start?", kind="number", unit="GB", tried=(1, 200, 5_000, 50_000)),
    Question(name="growth_gb_per_month", text="How much is added?", kind="number", unit="GB a month", tried=(1, 100, 2_000)),
    Question(name="years", text="For how long should it do?", kind="number", unit="years"),
    Question(name="latency_ms", text="In which time must 99 of 100 reads be answered?", kind="number", unit="ms", tried=(1, 10, 100)),
    Question(
        name="regions",
        text="Where are the users?",
        kind="one",
        choices={
            "one": "near one place",
            "read in several": "on several continents, who read",
            "write in several": "on several continents, who write near themselves",
        },
    ),
    Question(
        name="outage",
        text="How long may it be away when a machine dies?",
        kind="one",
        choices={"hours": "hours", "minutes": "minutes", "seconds": "seconds, and no write may be lost"},
    ),
    Question(
        name="deployment",
        text="Where does it run?",
        kind="one",
        choices={
            "embedded": "inside the application: a device, a desktop, one process",
            "one server": "on one server",
            "managed": "as a service of a cloud",
            "own cluster": "on several servers of our own",
        },
    ),
    Question(
        name="writers",
        text="Who writes at the same time?",
        kind="one",
        choices={"one process": "one process", "one machine": "several processes of one machine", "many machines": "many machines"},
    ),
    Question(
        name="licence",
        text="Which licences will do?",
        kind="one",
        choices={"open source": "only open source (OSI)", "any": "any"},
    ),
    Question(
        name="team",
        text="What does the team know?",
        kind="some",
        choices={
            "postgres": "PostgreSQL",
            "mysql": "MySQL or MariaDB",
            "mongodb": "MongoDB",
            "redis": "Redis",
            "cassandra": "Cassandra",
            "sql": "SQL",
        },
    ),
    Question(name="operators", text="How many people can run databases?", kind="number", unit="people", tried=(0, 1, 5)),
    Question(name="row_bytes", text="How large is one row or document?", kind="number", unit="bytes"),
)  # fmt: skip

_BY_NAME = {question.name: question for question in QUESTIONS}


class Requirements(msgspec.Struct, frozen=True, kw_only=True):
    """Answers by the name of their question; questions without an answer decide nothing."""

    answers: dict[str, Answer] = {}

    @property
    def final_gb(self) -> float | None:
        """The size at the end of the time; None where nobody said how large it is."""
        size = self.answers.get("size_gb")
        if not isinstance(size, float):
            return None
        growth, years = self.answers.get("growth_gb_per_month", 0.0), self.answers.get("years", 3.0)
        return size + float(str(growth)) * 12 * float(str(years))

    def value(self, name: str) -> Answer | None:
        """An answer, or what follows from several (`final_gb`)."""
        return self.final_gb if name == "final_gb" else self.answers.get(name)

    def other(self, name: str, answer: Any) -> Requirements:
        """The same with another answer."""
        return Requirements(answers={**self.answers, name: checked(name, answer)})


def read(text: str, shown: str) -> Requirements:
    """A file of answers: `writes_per_second = 500`. Raises UsageError, naming the line's key, for what is no answer."""
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{shown} is no TOML: {error}.") from error
    return Requirements(answers={name: checked(name, value) for name, value in held.items()})


def checked(name: str, value: Any) -> Answer:
    """An answer as it is kept. Raises UsageError for a question or an answer that there is not."""
    question = _BY_NAME.get(name)
    if question is None:
        raise UsageError(f"Nothing asks for {name!r}.", hint=f"The questions are: {', '.join(_BY_NAME)}.")
    if question.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
            raise UsageError(f"{name} = {value!r} is no number from 0 on.")
        return float(value)
    several = value if isinstance(value, list | tuple) else [value]
    for each in several:
        if each not in question.choices:
            raise UsageError(f"{name} cannot be {each!r}.", hint=f"It is: {', '.join(question.choices)}.")
    if question.kind == "some":
        return tuple(several)
    if isinstance(value, list | tuple):
        raise UsageError(f"{name} takes one answer, not several.")
    return str(value)


def template() -> str:
    """A file of questions to answer."""
    lines = ["# Requirements for `dbwright choose`. Leave out what you do not know: it then decides nothing.", ""]
    for question in QUESTIONS:
        unit = f" ({question.unit})" if question.unit else ""
        lines.append(f"# {question.text}{unit}")
        lines += [f'#   "{name}": {text}' for name, text in question.choices.items()]
        example = {"one": '""', "some": "[]", "number": "0"}[question.kind]
        lines += [f"# {question.name} = {example}", ""]
    return "\n".join(lines)

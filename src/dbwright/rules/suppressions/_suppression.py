"""What the rules on suppressions share."""

from collections.abc import Iterable
from typing import ClassVar

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Location, Severity
from dbwright.rules.base import Rule, Subject


class SuppressionRule(Rule):
    """A rule on suppressions. They are known only after all other rules have run, so the review itself reports them.

    fault: what is wrong with the suppression, as the rest of a sentence. advice: what to do about it.
    """

    group: ClassVar[str] = "suppressions"
    severity: ClassVar[Severity] = "note"
    fault: ClassVar[str]
    advice: ClassVar[str]

    def check(self, subject: Subject) -> Iterable[Finding]:
        """Nothing: a catalog holds no suppressions."""
        return ()

    def report(self, codes: str, where: str, location: Location | None) -> Finding:
        """The finding for one suppression: the rules that it names; where it stands, empty where a location says so."""
        subject = f"The suppression of {codes} {where}".rstrip()
        return self.finding(Ref("catalog", ()), f"{subject} {self.fault}.", help=self.advice, location=location)

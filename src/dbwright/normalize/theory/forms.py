"""The highest normal form of a relation, and why it is not in the next one.

Sources: E. F. Codd, "Further normalization of the data base relational model" (1972) for 2NF and 3NF and, with R. F. Boyce, (1974) for
BCNF; C. Zaniolo, "A new normal form for the design of relational database schemata" (1982) for 3NF without transitivity and EKNF;
R. Fagin, "Multivalued dependencies and a new normal form" (1977) for 4NF, "Normal forms and relational database operators" (1979) for
5NF (projection-join) and "A normal form for relational databases that is based on domains and keys" (1981) for DKNF; H. Darwen,
C. J. Date and R. Fagin, "A normal form for preventing redundant tuples in relational databases" (2012) for ETNF; C. J. Date, H. Darwen
and N. A. Lorentzos, "Temporal data and the relational model" (2003) for 6NF.

A test looks at a minimal cover and not at all that follows from it: what breaks 3NF, EKNF or BCNF shows there already.
"""

from typing import TypeAlias

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import merged
from dbwright.normalize.theory.implication import Theory, theory_of
from dbwright.normalize.theory.lefts import LIMIT, Sets, determining, smallest_left
from dbwright.normalize.theory.masks import Arrow, Mask, bits
from dbwright.normalize.theory.notation import show, show_set
from dbwright.normalize.theory.product import joins_against_keys, product_against
from dbwright.normalize.theory.projection import projected
from dbwright.normalize.theory.relation import FORMS, Form, Relation

Witness: TypeAlias = Functional | Multivalued | Join


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a relation is in one normal form.

    form: "1NF", "2NF", "3NF", "EKNF", "BCNF", "4NF", "ETNF", "5NF" or "6NF". holds: None where it was not found out within the limits.
    sentence: why, or why not, in plain words. witnesses: the dependencies that break it, the first one told in the sentence.
    """

    form: str
    holds: bool | None
    sentence: str
    witnesses: tuple[Witness, ...] = ()


class Forms(msgspec.Struct, frozen=True, kw_only=True):
    """Where a relation stands.

    form: the highest of 1NF to 5NF (ETNF and 6NF are told in `verdicts`). why_not_next: a sentence; empty for 5NF.
    keys: all candidate keys, small ones first, unless keys_complete says that there are more. prime: the attributes in keys.
    cover: a minimal cover of the functional dependencies. remarks: on 1NF and on domain-key normal form.
    """

    form: Form
    why_not_next: str
    verdicts: tuple[Verdict, ...]
    keys: tuple[Attributes, ...]
    keys_complete: bool
    prime: Attributes
    cover: tuple[Functional, ...]
    remarks: tuple[str, ...] = ()

    def verdict(self, form: str) -> Verdict:
        """What was found about one form."""
        return next(each for each in self.verdicts if each.form == form)


def normal_form(relation: Relation, limit: int = LIMIT) -> Forms:
    """The highest normal form of a relation under its own dependencies; at most `limit` keys are looked at."""
    return Judge(theory_of(relation), limit=limit).forms()


class Judge:
    """The tests of one relation, or of the part of it that has the attributes `within`."""

    def __init__(self, theory: Theory, within: Mask | None = None, limit: int = LIMIT) -> None:
        self.theory = theory
        self.within = theory.all if within is None else within
        _, self.arrows_complete = theory.functional()
        if self.within == theory.all:
            self.cover = theory.cover
        else:
            found = projected(theory.cover, self.within, closures=theory.by_cover)
            self.cover, self.arrows_complete = found.arrows, self.arrows_complete and found.complete
        self.closures = Closures(self.cover)
        self.found: Sets = determining(self.closures, self.within, self.within, limit)
        self.keys = self.found.masks
        self.prime = 0
        for key in self.keys:
            self.prime |= key

    def forms(self) -> Forms:
        """All verdicts."""
        verdicts: list[Verdict] = [_first()]
        for form, test in (
            ("2NF", self.second),
            ("3NF", self.third),
            ("EKNF", self.elementary),
            ("BCNF", self.boyce_codd),
            ("4NF", self.fourth),
            ("ETNF", self.essential),
            ("5NF", self.fifth),
            ("6NF", self.sixth),
        ):
            below = verdicts[-1]
            verdicts.append(test() if below.holds else _below(form, below))
        form, why = self._highest(verdicts)
        names = self.theory.universe
        return Forms(
            form=form,
            why_not_next=why,
            verdicts=tuple(verdicts),
            keys=tuple(names.set(key) for key in self.keys),
            keys_complete=self.found.complete and self.arrows_complete,
            prime=names.set(self.prime),
            cover=tuple(names.functional(each) for each in self.cover),
            remarks=self._remarks(verdicts),
        )

    def superkey(self, mask: Mask) -> bool:
        """Whether some attributes determine all of the part."""
        return self.closures.implies((mask, self.within))

    def second(self) -> Verdict:
        """No attribute outside of the keys depends on a part of a key."""
        against: dict[Arrow, Mask] = {}
        told = self.prime
        for key in self.keys:
            for bit in bits(key):
                for gained in bits(self.closures.of(key & ~bit) & ~told & self.within):
                    told |= gained
                    part = smallest_left(self.closures, key & ~bit, gained)
                    against.setdefault((part, gained), key)
        if not against:
            return self._unless_cut("2NF", "no attribute outside of the keys depends on a part of a key.")
        (left, right), key = next(iter(against.items()))
        said = (
            "the same in all rows"
            if not left
            else f"determined by {self._set(left)} alone, a part of the key {self._set(key)}"
        )
        return Verdict(
            form="2NF",
            holds=False,
            sentence=f"{self._said((left, right))}: {self._set(right)} is in no key and is {said}.",
            witnesses=self._functional(against),
        )

    def third(self) -> Verdict:
        """Whatever is determined by less than a superkey belongs to a key."""
        against = [(left, right) for left, right in self.cover if not right & self.prime and not self.superkey(left)]
        good = "wherever less than a superkey determines an attribute, it belongs to a key."
        return self._functional_verdict("3NF", against, "{left} is no superkey, and {right} is in no key.", good)

    def elementary(self) -> Verdict:
        """Whatever is determined by less than a superkey belongs to an elementary key."""
        elementary = 0
        for key in self.keys:
            if self._is_elementary(key):
                elementary |= key
        against = [(left, right) for left, right in self.cover if not right & elementary and not self.superkey(left)]
        good = "wherever less than a superkey determines an attribute, it belongs to an elementary key."
        wrong = (
            "{left} is no superkey, and {right} is only in keys that determine nothing which a part of them does not."
        )
        return self._functional_verdict("EKNF", against, wrong, good)

    def _is_elementary(self, key: Mask) -> bool:
        by_less = 0
        for bit in bits(key):
            by_less |= self.closures.of(key & ~bit)
        return bool(self.within & ~key & ~by_less)

    def boyce_codd(self) -> Verdict:
        """Only superkeys determine anything."""
        against = [(left, right) for left, right in self.cover if not self.superkey(left)]
        good = "only superkeys determine anything."
        return self._functional_verdict("BCNF", against, "{left} is no superkey.", good)

    def fourth(self) -> Verdict:
        """Only superkeys have attributes that combine freely with the rest."""
        if not self.theory.mixed:
            return Verdict(
                form="4NF", holds=True, sentence="no multivalued or join dependency is given, and it is in BCNF."
            )
        found = product_against(self.theory, self.within)
        if found.arrows:
            left, right = found.arrows[0]
            rest = self.within & ~left & ~right
            return Verdict(
                form="4NF",
                holds=False,
                sentence=f"{self._said((left, right), '↠')}: {self._set(left)} is no superkey, yet {self._set(right)} "
                f"combines freely with {self._set(rest)}.",
                witnesses=tuple(self.theory.universe.multivalued(each) for each in found.arrows),
            )
        if not found.complete:
            return Verdict(
                form="4NF", holds=None, sentence="not all left sides of multivalued dependencies could be looked at."
            )
        return Verdict(
            form="4NF", holds=True, sentence="only superkeys have a multivalued dependency that says something."
        )

    def essential(self) -> Verdict:
        """Each join dependency has a component that is a superkey: no row can be made up of others."""
        against = [
            join
            for join in joins_against_keys(self.theory, self.within, self.keys)
            if not any(self.superkey(component) for component in join)
        ]
        good = "each join dependency given has a component that is a superkey, so no row follows from other rows."
        wrong = "none of its components is a superkey, so rows can follow from other rows."
        return self._join_verdict("ETNF", against, wrong, good)

    def fifth(self) -> Verdict:
        """Each join dependency follows from the keys."""
        against = joins_against_keys(self.theory, self.within, self.keys)
        good = (
            "each join dependency given follows from the keys."
            if self.theory.joins
            else "no join dependency is given, and it is in 4NF."
        )
        return self._join_verdict("5NF", against, "it does not follow from the keys.", good)

    def sixth(self) -> Verdict:
        """Nothing is left to take apart: at most one attribute beside each key."""
        wide = next((key for key in self.keys if (self.within & ~key).bit_count() > 1), None)
        if wide is None:
            return Verdict(form="6NF", holds=True, sentence="it cannot be taken apart any further without losing rows.")
        rest = self.within & ~wide
        return Verdict(
            form="6NF",
            holds=False,
            sentence=f"the key {self._set(wide)} has {rest.bit_count()} attributes beside it, which could each stand in a relation of "
            "their own; that is wanted only where each has its own history.",
            witnesses=(self.theory.universe.join(wide | bit for bit in bits(rest)),),
        )

    # ------------------------------------------------------------ words

    def _functional_verdict(self, form: str, against: list[Arrow], wrong: str, good: str) -> Verdict:
        if not against:
            return self._unless_cut(form, good)
        left, right = merged(against)[0]
        reason = wrong.format(left=self._set(left), right=self._set(right))
        return Verdict(
            form=form,
            holds=False,
            sentence=f"{self._said((left, right))}: {reason}",
            witnesses=self._functional(merged(against)),
        )

    def _join_verdict(self, form: str, against: list[tuple[Mask, ...]], wrong: str, good: str) -> Verdict:
        if not against:
            return self._unless_cut(form, good)
        joins = tuple(self.theory.universe.join(each) for each in against)
        return Verdict(
            form=form, holds=False, sentence=f"{show(joins[0], self.theory.universe.names)}: {wrong}", witnesses=joins
        )

    def _unless_cut(self, form: str, good: str) -> Verdict:
        """The good verdict, unless keys or dependencies were cut short by their limit."""
        if self.arrows_complete and (self.found.complete or form in ("BCNF", "4NF", "ETNF", "5NF")):
            return Verdict(form=form, holds=True, sentence=good)
        what = f"more than {len(self.keys):,} keys" if not self.found.complete else "too many functional dependencies"
        return Verdict(form=form, holds=None, sentence=f"not decided: there are {what} to look at.")

    def _highest(self, verdicts: list[Verdict]) -> tuple[Form, str]:
        found = {each.form: each for each in verdicts}
        first = next((each for each in verdicts if not each.holds), None)
        highest: Form = "1NF"
        for form in FORMS:
            if not found[form].holds and first is not None:
                return highest, f"{'Not in ' if first.holds is False else ''}{form}: {first.sentence}"
            highest = form
        return highest, ""

    def _remarks(self, verdicts: list[Verdict]) -> tuple[str, ...]:
        fifth = next(each for each in verdicts if each.form == "5NF")
        domain_key = (
            "Domain-key normal form: reached, as far as these dependencies and the domains of the attributes are all that "
            "restricts the rows, because all of them follow from the keys."
            if fifth.holds
            else "Domain-key normal form: not reached, because not all dependencies follow from the keys."
            if fifth.holds is False
            else "Domain-key normal form: not decided."
        )
        return ("1NF is taken for granted: each attribute is assumed to hold one value in each row.", domain_key)

    def _said(self, arrow: Arrow, sign: str = "→") -> str:
        return f"{self._set(arrow[0])} {sign} {self._set(arrow[1])}"

    def _set(self, mask: Mask) -> str:
        return show_set(self.theory.universe.ordered(mask))

    def _functional(self, arrows: "list[Arrow] | tuple[Arrow, ...] | dict[Arrow, Mask]") -> tuple[Functional, ...]:
        return tuple(self.theory.universe.functional(each) for each in merged(arrows))


def _first() -> Verdict:
    return Verdict(form="1NF", holds=True, sentence="each attribute is taken to hold one value in each row.")


def _below(form: str, below: Verdict) -> Verdict:
    if below.holds is None:
        return Verdict(form=form, holds=None, sentence=f"not decided, because {below.form} is not.")
    return Verdict(form=form, holds=False, sentence=f"it is not in {below.form}.", witnesses=below.witnesses)

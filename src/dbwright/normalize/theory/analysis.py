"""All that theory says of one relation, in one struct.

The rooms of `normalize`, from the ground up: `masks` (sets as bits) · `closure`, `cover`, `lefts` (functional dependencies) ·
`implication` (with multivalued and join ones), `chase` · `keys`, `projection`, `preservation`, `product` · `forms` (where a relation
stands) · `synthesis`, `boyce_codd`, `higher`, led to by `decomposition` · `choice`, `armstrong` · `notation` (texts, both ways).
"""

import msgspec

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.armstrong import Example, armstrong
from dbwright.normalize.theory.choice import Choice, choice
from dbwright.normalize.theory.decomposition import decompose
from dbwright.normalize.theory.forms import Forms, normal_form
from dbwright.normalize.theory.lefts import LIMIT
from dbwright.normalize.theory.relation import FORMS, Form, Relation
from dbwright.normalize.theory.split import Decomposition


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """One relation analysed.

    forms: keys, prime attributes, minimal cover, the highest normal form and why not the next. decompositions: one for each form asked
    for that it is not in, weakest first. choice: where BCNF or a stricter form loses a dependency. example: rows that keep the functional
    dependencies and no others, to look at with a person who knows the business; None where there would be too many.
    """

    relation: Relation
    forms: Forms
    decompositions: tuple[Decomposition, ...] = ()
    choice: Choice | None = None
    example: Example | None = None

    @property
    def form(self) -> Form:
        """The highest normal form of the relation as it is."""
        return self.forms.form

    def decomposition(self, form: Form) -> Decomposition | None:
        """The decomposition into one form, where one was asked for and needed."""
        return next((each for each in self.decompositions if each.form == form), None)


def analysis(relation: Relation, to: Form | None = None, limit: int = LIMIT) -> Analysis:
    """Analyse a relation.

    to: the form to take it apart to, if it is below; None for 3NF, BCNF and, where multivalued or join dependencies are given, 4NF and
    5NF. limit: how many keys are looked at.
    """
    forms = normal_form(relation, limit)
    above = FORMS[FORMS.index(forms.form) + 1 :]
    wanted: tuple[Form, ...] = ("3NF", "BCNF", "4NF", "5NF") if to is None else ("3NF" if to == "2NF" else to,)
    if to is None and not relation.multivalued and not relation.joins:
        wanted = ("3NF", "BCNF")
    made = {form: decompose(relation, form, limit) for form in wanted if form in above}
    stricter = next((made[form] for form in wanted if form in made and form in ("BCNF", "4NF", "5NF")), None)
    weaker = made.get("3NF")
    if stricter is not None and weaker is None and any(isinstance(each, Functional) for each in stricter.lost):
        weaker = decompose(relation, "3NF", limit)
    return Analysis(
        relation=relation,
        forms=forms,
        decompositions=tuple(made.values()),
        choice=choice(relation, weaker, stricter) if stricter is not None and weaker is not None else None,
        example=armstrong(relation),
    )

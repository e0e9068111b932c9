"""A relation taken apart, as theory sees it: the parts, whether they give all rows back, and which dependencies they still hold."""

from collections.abc import Iterable, Sequence

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued
from dbwright.normalize.theory.chase import Chased, lossless
from dbwright.normalize.theory.cover import merged
from dbwright.normalize.theory.forms import Judge
from dbwright.normalize.theory.implication import Theory, trivial_multivalued
from dbwright.normalize.theory.lefts import LIMIT
from dbwright.normalize.theory.masks import Mask, Universe, largest
from dbwright.normalize.theory.preservation import lost_arrows
from dbwright.normalize.theory.product import joins_against_keys
from dbwright.normalize.theory.projection import projected
from dbwright.normalize.theory.relation import FORMS, Form, Relation


class Fragment(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a decomposition.

    relation: its attributes in the source's order with the dependencies that hold within it: a minimal cover of the functional ones,
    and what is left of the multivalued and join dependencies given. keys: its candidate keys, small ones first. form: its highest
    normal form, and why_not_next. because: the dependency that it stands for; None for what was left, or the part that holds a key.
    """

    relation: Relation
    keys: tuple[Attributes, ...]
    form: Form
    why_not_next: str = ""
    because: Functional | Multivalued | Join | None = None

    @property
    def attributes(self) -> Attributes:
        """Its attributes as a set."""
        return self.relation.all


class Decomposition(msgspec.Struct, frozen=True, kw_only=True):
    """One way to take a relation apart.

    form: the normal form it was made for. reached: the lowest form of its fragments. method: how, with its source. lossless: by the chase
    in `proof`, or step by step where that grew too large; None where neither decided. lost: dependencies of the relation's minimal
    cover (and its multivalued ones) that the fragments no longer hold; preserving: there are none. steps: what was done, in sentences.
    notes: what could not be decided.
    """

    form: Form
    reached: Form
    method: str
    fragments: tuple[Fragment, ...]
    lossless: bool | None
    proof: Chased
    lost: tuple[Functional | Multivalued | Join, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def preserving(self) -> bool:
        """Whether every dependency can still be checked within the fragments."""
        return not self.lost


class Piece(msgspec.Struct, frozen=True):
    """The attributes of a fragment, while it is made, and the dependency that it stands for."""

    mask: Mask
    because: Functional | Multivalued | Join | None = None

    def rest(self, mask: Mask, names: Universe) -> "Piece":
        """What is left of it; the dependency goes with it only where all its attributes do."""
        because = self.because
        if isinstance(because, Functional | Multivalued):
            left, right = names.arrow(because)
            because = None if (left | right) & ~mask else because
        return Piece(mask, because)


def assembled(
    theory: Theory,
    form: Form,
    method: str,
    pieces: Iterable[Piece],
    *,
    steps: Sequence[str] = (),
    notes: Sequence[str] = (),
    by_steps: bool = False,
    limit: int = LIMIT,
) -> Decomposition:
    """A decomposition from its pieces, judged: the pieces within others are left out, the others numbered R1, R2 …

    by_steps: whether the way in which the pieces were made is a proof in itself that no row is lost.
    """
    known = {piece.mask: piece for piece in pieces}
    kept = [known[mask] for mask in largest(known)]
    fragments = tuple(
        _fragment(theory, piece, f"{theory.relation.name}{number}" if len(kept) > 1 else theory.relation.name, limit)
        for number, piece in enumerate(kept, 1)
    )
    proof = lossless(theory, [piece.mask for piece in kept])
    said = list(notes)
    holds = proof.holds
    if holds is None and by_steps:
        holds = True
        said.append("The chase of all fragments together grew too large; each step by itself loses no row.")
    elif holds is None:
        said.append("Whether the fragments give all rows back was not decided: the chase grew too large.")
    return Decomposition(
        form=form,
        reached=_lowest(fragments),
        method=method,
        fragments=fragments,
        lossless=holds,
        proof=proof,
        lost=lost_by(theory, [piece.mask for piece in kept]),
        steps=tuple(steps),
        notes=tuple(said),
    )


def _fragment(theory: Theory, piece: Piece, name: str, limit: int) -> Fragment:
    judge = Judge(theory, piece.mask, limit)
    forms = judge.forms()
    names = theory.universe
    doubles = [(left, right & piece.mask) for left, right in theory.double if not left & ~piece.mask]
    return Fragment(
        relation=Relation(
            name=name,
            attributes=names.ordered(piece.mask),
            functional=tuple(names.functional(each) for each in judge.cover),
            multivalued=tuple(
                names.multivalued(each) for each in doubles if not trivial_multivalued(theory, each, piece.mask)
            ),
            joins=tuple(names.join(each) for each in joins_against_keys(theory, piece.mask, judge.keys)),
        ),
        keys=forms.keys,
        form=forms.form,
        why_not_next=forms.why_not_next,
        because=piece.because,
    )


def lost_by(theory: Theory, parts: Sequence[Mask]) -> tuple[Functional | Multivalued | Join, ...]:
    """The dependencies that no longer follow from those within the parts.

    Functional ones must follow from functional ones within single parts. Multivalued and join dependencies may use, beside them, that
    the whole is always the join of its parts.
    """
    names = theory.universe
    cover, closures = theory.cover, theory.by_cover
    gone: list[Functional | Multivalued | Join] = [
        names.functional(each) for each in merged(lost_arrows(cover, closures, parts))
    ]
    if theory.mixed:
        within = (
            names.functional(arrow) for part in parts for arrow in projected(cover, part, closures=closures).arrows
        )
        held = Theory(Relation(name="", attributes=names.names, functional=tuple(within), joins=(names.join(parts),)))
        gone += [names.multivalued(each) for each in theory.double if not held.double_implied(each)]
        gone += [names.join(each) for each in theory.joins if not lossless(held, each).holds]
    return tuple(gone)


def _lowest(fragments: Sequence[Fragment]) -> Form:
    return min((fragment.form for fragment in fragments), key=FORMS.index, default="5NF")

"""What keeps a table from being split by a migration, told before anything is written."""

from dbwright.catalog.objects import Catalog, Table
from dbwright.errors import Refused
from dbwright.normalize.design.proposal import Proposal


def must_be_possible(proposal: Proposal, source: Table, catalog: Catalog) -> None:
    """Raise Refused, with the reason, where a proposal cannot be carried out."""
    if proposal.conflicts:
        first = proposal.conflicts[0]
        left, right = ", ".join(sorted(first.dependency.left)), ", ".join(sorted(first.dependency.right))
        rows = sum(each.rows for each in proposal.conflicts)
        raise Refused(
            f"{rows:,} rows of {source.ref} contradict what was accepted, {left} → {right} among it.",
            hint="Settle these rows first, or reject the dependency; nothing is merged silently.",
        )
    if not proposal.lossless:
        raise Refused(
            f"The parts of {source.ref} would not join back to its rows.", hint="Accept a dependency that makes them."
        )
    reason = (
        "has row-level security, and its parts would need policies of their own"
        if source.row_security or source.policies
        else "is partitioned"
        if source.partitioning or source.partition_of
        else "inherits from another table, or another inherits from it"
        if source.inherits or any((source.namespace, source.name) in table.inherits for table in catalog.tables)
        else ""
    )
    if reason:
        raise Refused(f"{source.ref} {reason}: it cannot be split by a migration that is written for you.")

"""How plausible it is that columns without repeats are meant to be a key of the table."""

from dbwright.catalog.dependencies import Measured, UniqueColumns
from dbwright.normalize.judgement.key_likeness import Reason
from dbwright.normalize.judgement.known import SOUND_KEY, Known

PRIOR = -1.0
COLUMN_MORE = -1.5
NO_COLUMNS = -4.0
DECLARED = 8.0
FIRST = 1.5
LATER = -0.3
FEW_ROWS = -1.5
SIMPLER = -3.0


def judge_key(measured: Measured, known: Known) -> list[Reason]:
    """The reasons for and against a key, with weights."""
    dependency = measured.dependency
    assert isinstance(dependency, UniqueColumns)
    columns = dependency.columns
    if not columns:
        return [("the table has one row at most, which says little of what it may have", NO_COLUMNS)]
    reasons: list[Reason] = [("", PRIOR), *known.parts_of_key(columns)]
    if known.is_declared_key(columns):
        reasons.append(("it is declared", DECLARED))
    if len(columns) > 1:
        reasons.append((f"{len(columns)} columns are unique by accident more easily", COLUMN_MORE * (len(columns) - 1)))
        simpler = max(
            (key for key in known.unique if len(key) == 1), key=lambda key: known.likeness(min(key)), default=None
        )
        if simpler and known.likeness(min(simpler)) >= SOUND_KEY:
            reasons.append((f"{min(simpler)} is a simpler key", SIMPLER))
    places = sorted(known.place[name] for name in columns)
    if places == list(range(len(columns))):
        reasons.append(
            ("stands first" if len(columns) == 1 else "they stand first, side by side", FIRST * len(columns))
        )
    else:
        reasons.append(
            ("does not stand first" if len(columns) == 1 else "they do not stand first, side by side", LATER)
        )
    if known.rows < 20:
        reasons.append((f"the table has {known.rows:,} rows only", FEW_ROWS))
    if measured.against:
        reasons.append((f"{measured.against:,} rows are against it", -1.0 - 50 * measured.error))
    return reasons

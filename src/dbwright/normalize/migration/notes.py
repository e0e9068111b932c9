"""What a person must know of a split beforehand, in plain sentences."""

from collections.abc import Sequence

from dbwright.catalog.objects import Catalog, View
from dbwright.normalize.migration.readers import routines_naming
from dbwright.normalize.migration.shape import Shape


def notes_on(shape: Shape, catalog: Catalog, readers: Sequence[View], kept: str, key: Sequence[str]) -> tuple[str, ...]:
    """Sentences. kept: the source's name after the switch. key: what its ranges are filled by; empty where all is filled at once."""
    source, sql = shape.source, shape.sql
    found: list[str] = []
    if source.triggers:
        names = ", ".join(each.name for each in source.triggers)
        found.append(f"The triggers {names} stay with {kept}: what they do is to be done on the parts.")
    if readers:
        names = ", ".join(str(each.ref) for each in readers)
        found.append(
            f"{names} read {source.name}: after the switch through its view. Contract is refused until they are"
            " written anew over the parts."
        )
    naming = routines_naming(source, catalog)
    if naming:
        found.append(f"{', '.join(naming)} name {source.name} in their text: write them anew before contract.")
    if not key:
        found.append(
            f"{source.ref} has no key that tells its rows apart in the parts: they are filled and switched to in one go,"
            " while writers wait, and the view is read-only."
        )
    elif sql.engine == "mysql":
        found.append(
            "MySQL has no triggers on views: after the switch the view is for reading, and writes go to the parts."
        )
    elif sql.engine == "sqlite":
        names = ", ".join(each.name for each in source.columns if each.default is not None and each.nullable)
        if names:
            found.append(
                f"SQLite's views have no defaults: what is left out of {names} in a write through the view is NULL."
            )
    if any(each.columns for each in catalog.grants if each.on.path[:2] == (source.namespace, source.name)):
        found.append(f"Grants on single columns of {source.ref} are not carried over; grant them on the parts.")
    return tuple(found)

"""The measure of recovered relationships: on schemas with awkward names, hardly anything is wrong and little is missed."""

import pytest

from bench.relationships import HERE, Found, declared, opened, recover, without_references

SCHEMAS = sorted(path.name for path in (HERE / "examples" / "awkward").glob("*.sql"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_references_are_found_again(name: str) -> None:
    with opened(HERE / "examples" / "awkward" / name, "sqlite") as (catalog, session, note):
        assert note == "filled by us"
        assert declared(catalog)
        assert not declared(without_references(catalog))
        found = {mode: recover(catalog, session, mode, 0.7) for mode in ("names", "both")}
    for mode, least in (("names", 0.5), ("both", 0.7)):
        precision, recall = _shares(found[mode])
        assert precision >= 0.95, found[mode].wrong
        assert recall >= least, found[mode].missed


def _shares(found: Found) -> tuple[float, float]:
    return found.right / (found.right + len(found.wrong)), found.right / (found.right + len(found.missed))

"""Stripped partitions: clusters by their definition, however the codes are addressed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.mining import partition
from dbwright.mining.partition import Partition, leaders, single, whole

_CODES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60)


def _clusters(found: Partition) -> set[frozenset[int]]:
    members: dict[int, list[int]] = {}
    for row, lead in zip(found.rows.tolist(), found.lead.tolist(), strict=True):
        members.setdefault(lead, []).append(row)
    assert all(found.rows[lead] in rows for lead, rows in members.items())
    return {frozenset(rows) for rows in members.values()}


def _expected(keys: list[object]) -> set[frozenset[int]]:
    members: dict[object, list[int]] = {}
    for row, key in enumerate(keys):
        members.setdefault(key, []).append(row)
    return {frozenset(rows) for rows in members.values() if len(rows) > 1}


@given(_CODES, st.booleans())
@settings(max_examples=150, deadline=None)
def test_clusters_are_the_rows_that_agree(pairs: list[tuple[int, int]], hashed: bool) -> None:
    first, second = (np.array(codes, dtype=np.int32) for codes in zip(*pairs, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        if hashed:  # no table is small enough to be addressed by the key itself
            patch.setattr(partition, "_DIRECT", -1)
        by_first = single(first, 5)
        assert _clusters(by_first) == _expected(list(first.tolist()))
        both = by_first.refine(second, 4)
        assert _clusters(both) == _expected(list(pairs))
        assert _clusters(whole(len(pairs)).refine(second, 4)) == _expected(list(second.tolist()))
    against = list(zip(*by_first.against(second), strict=True))
    assert all(first[one] == first[other] and second[one] != second[other] for one, other in against)
    assert bool(against) == (len(set(pairs)) > len(set(first.tolist())))
    alike = list(zip(*both.alike(), strict=True))
    assert all(one != other and pairs[one] == pairs[other] for one, other in alike)
    assert bool(alike) == (len(set(pairs)) < len(pairs))


def test_keys_that_share_slots_are_told_apart() -> None:
    random = np.random.default_rng(1)
    keys = random.integers(0, 2**61, 5000)[random.integers(0, 5000, 20000)]
    lead = leaders(keys, 2**61)
    assert (keys[lead] == keys).all()
    assert len(np.unique(lead)) == len(np.unique(keys))


@pytest.mark.parametrize("rows", [0, 1])
def test_a_row_alone_is_in_no_cluster(rows: int) -> None:
    assert not len(whole(rows).rows)
    assert not len(single(np.zeros(rows, dtype=np.int32), 1).rows)

"""What is known of a pair of columns, weighed into a probability."""

import pytest

from dbwright.catalog.facts import Facts, Included, JoinSeen
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.engines.registry import engine
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.split import split
from dbwright.relationships.candidates import HINTS_KEPT
from dbwright.relationships.find import candidates, proposals, questions
from dbwright.relationships.weigh import Proposal

NUMBER = Type("integer", "bigint", bits=64)


def catalog_of(sql: str) -> Catalog:
    return engine("sqlite").canonical(parse(list(split(sql, "sqlite")), "sqlite")[0])


def best(
    sql: str, column: str, answers: dict[str, Included] | None = None, joins: tuple[JoinSeen, ...] = ()
) -> Proposal | None:
    """What is proposed for a column, whatever its probability. answers: what the rows say, by the parent's table."""
    facts = Facts(has_rows=bool(answers), joins=joins)
    found = candidates(catalog_of(sql), facts, most_by_type=100)
    facts.answers = {
        question: answers[question.parent.name]
        for question in questions(found)
        if answers and question.parent.name in answers
    }
    return next((each for each in proposals(found, facts, threshold=0.0) if str(each.candidate.ref) == column), None)


def included(
    distinct: int, of: int, *, most: int | None = None, orphans: int = 0, examples: tuple[str, ...] = ()
) -> Included:
    return Included(
        rows=1000,
        distinct=distinct,
        missing=min(orphans, distinct),
        parent_distinct=of,
        filled=1000,
        orphans=orphans,
        minimum="1",
        maximum=str(most or distinct),
        parent_minimum="1",
        parent_maximum=str(of),
        examples=examples,
    )


USERS = "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE posts (id bigint PRIMARY KEY, %s bigint);"


@pytest.mark.parametrize(
    "name", ["user_id", "userId", "UserID", "users_id", "fk_user", "id_user", "userid", "owner_id", "created_by_id"]
)
def test_a_name_is_enough_where_it_is_unmistakable(name: str) -> None:
    found = best(USERS % name, f"posts.{name}")
    assert found is not None
    assert found.candidate.key.shown == "users.id"
    assert found.probability > 0.7


@pytest.mark.parametrize("name", ["stripe_user_id", "external_id", "quantity", "users_count", "is_user", "username"])
def test_other_names_are_not(name: str) -> None:
    found = best(USERS % name, f"posts.{name}")
    assert found is None or found.probability < 0.5


def test_values_alone_are_hardly_ever_enough() -> None:
    found = best(USERS % "boxes", "posts.boxes", {"users": included(100, 100)})
    assert found is None or found.probability < 0.5


def test_a_join_and_values_are_enough() -> None:
    join = JoinSeen(
        left=Ref("column", ("", "posts", "boxes")), right=Ref("column", ("", "users", "id")), where="view", name="v"
    )
    found = best(USERS % "boxes", "posts.boxes", {"users": included(90, 100, most=99)}, (join,))
    assert found is not None
    assert found.probability > 0.7
    assert found.told("joins") == ["the view v joins the two columns"]


def test_orphans_count_against_it_by_their_share() -> None:
    shares = [0, 5, 40, 150, 400, 900]
    found = [best(USERS % "user_id", "posts.user_id", {"users": included(90, 100, orphans=each)}) for each in shares]
    chances = [each.probability for each in found if each]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.97
    assert chances[-1] < 0.1


def test_a_value_that_means_none_is_forgiven() -> None:
    found = best(USERS % "user_id", "posts.user_id", {"users": included(90, 100, orphans=600, examples=("0",))})
    assert found is not None
    zero = Included(
        rows=1000, distinct=50, missing=1, parent_distinct=100, filled=1000, orphans=600,
        minimum="0", maximum="99", parent_minimum="1", parent_maximum="100", examples=("0",),
    )  # fmt: skip
    forgiven = best(USERS % "user_id", "posts.user_id", {"users": zero})
    assert forgiven is not None
    assert forgiven.probability > 0.9 > found.probability


def test_rivals_share_the_probability() -> None:
    sql = """
    CREATE TABLE sales_regions (id bigint PRIMARY KEY);
    CREATE TABLE tax_regions (id bigint PRIMARY KEY);
    CREATE TABLE shops (id bigint PRIMARY KEY, region_id bigint);
    """
    found = best(sql, "shops.region_id")
    assert found is not None
    assert found.probability < 0.5
    assert found.told("rivals")


def test_rivals_that_lead_to_one_another_do_not() -> None:
    sql = """
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE profiles (user_id bigint PRIMARY KEY);
    CREATE TABLE profile_links (url text PRIMARY KEY, user_id bigint);
    """
    found = best(sql, "profile_links.user_id")
    assert found is not None
    assert found.candidate.key.shown == "profiles.user_id"
    assert found.probability > 0.9


def test_a_tables_own_key_refers_to_nothing() -> None:
    assert best("CREATE TABLE customer (customer_id bigint PRIMARY KEY)", "customer.customer_id") is None
    assert best("CREATE TABLE emp (empno bigint PRIMARY KEY)", "emp.empno") is None


def test_types_have_to_fit() -> None:
    sql = "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE posts (id bigint PRIMARY KEY, user_id varchar(20));"
    assert best(sql, "posts.user_id") is None


def test_many_tables_give_few_candidates() -> None:
    columns = (
        Column(name="id", type=NUMBER, nullable=False),
        Column(name="thing_7_id", type=NUMBER),
        Column(name="boxes", type=NUMBER),
    )
    tables = tuple(
        Table(namespace="public", name=f"part_{n}_things", columns=columns, primary_key=PrimaryKey(columns=("id",)))
        for n in range(3000)
    )
    found = candidates(Catalog(engine="postgres", tables=tables), Facts(), most_by_type=100)
    assert len(found) <= HINTS_KEPT * 2 * len(tables) + 100

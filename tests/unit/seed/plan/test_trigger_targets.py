"""Tables that triggers of other tables write."""

from dbwright.catalog.objects import Catalog, Routine, Table, Trigger
from dbwright.seed.plan.trigger_targets import filled_by_triggers


def _catalog(trigger: str, *routines: Routine, events: tuple[str, ...] = ("insert",)) -> Catalog:
    made = Trigger(name="keep", timing="after", events=events, definition=trigger)  # type: ignore[arg-type]  # events
    tables = (Table(namespace="s", name="orders", triggers=(made,)), Table(namespace="s", name="Order log"))
    return Catalog(engine="postgres", tables=tables, routines=routines)


def test_a_trigger_that_inserts() -> None:
    for name in ('"Order log"', 's."order log"', "`Order log`", "[Order log]"):
        catalog = _catalog(
            f"CREATE TRIGGER keep AFTER INSERT ON orders BEGIN INSERT OR IGNORE INTO {name} VALUES (1); END"
        )
        assert filled_by_triggers(catalog) == {("s", "Order log"): "the trigger keep of s.orders writes its rows"}


def test_a_trigger_that_calls_a_function_that_calls_another() -> None:
    inner = Routine(
        namespace="s", name="write_log", definition='CREATE FUNCTION … INSERT INTO s."Order log" VALUES (1)'
    )
    outer = Routine(namespace="s", name="on_order", definition="CREATE FUNCTION … BEGIN PERFORM s.write_log(); END")
    catalog = _catalog("CREATE TRIGGER keep … EXECUTE FUNCTION s.on_order()", inner, outer, events=("delete",))
    (reason,) = filled_by_triggers(catalog).values()
    assert reason == "the trigger keep of s.orders writes its rows when others go"


def test_its_own_table_comments_and_reading_do_not_count() -> None:
    text = 'CREATE TRIGGER keep … BEGIN INSERT INTO orders VALUES (1); -- INSERT INTO "Order log"\n SELECT 1 FROM "Order log"; END'
    assert filled_by_triggers(_catalog(text)) == {}

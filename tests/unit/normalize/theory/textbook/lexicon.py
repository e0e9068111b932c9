"""The running examples of the English Wikipedia's pages on normal forms, most of them older than the pages."""

from tests.unit.normalize.theory.textbook.problem import Problem

PROBLEMS = [
    Problem(
        source="Wikipedia, Second normal form: electric toothbrush models",
        relation="Models(Manufacturer, Model, Manufacturer_country)",
        given=["Manufacturer -> Manufacturer_country"],
        keys=["Manufacturer Model"],
        inside="1NF",
        outside="2NF",
        to={"3NF": ["Manufacturer Model | Manufacturer Manufacturer_country"]},
    ),
    Problem(
        source="Wikipedia, Third normal form: tournament winners",
        relation="Winners(Tournament, Year, Winner, Birth)",
        given=["Tournament, Year -> Winner", "Winner -> Birth"],
        keys=["Tournament Year"],
        inside="2NF",
        outside="3NF",
        to={"3NF": ["Tournament Year Winner | Winner Birth"]},
    ),
    Problem(
        source="Wikipedia, Boyce–Codd normal form: today's court bookings",
        relation="Bookings(Court, Start, End, Rate)",
        given=["Court, Start -> End, Rate", "Court, End -> Start, Rate", "Rate, Start -> End, Court", "Rate -> Court"],
        keys=["Court Start", "Court End", "Rate Start", "Rate End"],
        inside="3NF",
        outside="BCNF",
    ),
    Problem(
        source="Wikipedia, Boyce–Codd normal form: nearest shops, where no decomposition preserves all",
        relation="Nearest(Person, Type, Shop)",
        given=["Person, Type -> Shop", "Shop -> Type"],
        keys=["Person Type", "Person Shop"],
        inside="3NF",
        outside="BCNF",
        losing=["Person Shop | Shop Type"],
        to={"BCNF": ["Person Shop | Shop Type"]},
    ),
    Problem(
        source="Wikipedia, Fourth normal form: pizza deliveries",
        relation="Delivery(Restaurant, Variety, Area)",
        given=["Restaurant ->> Variety | Area"],
        keys=["Restaurant Variety Area"],
        inside="BCNF",
        outside="4NF",
        to={"4NF": ["Restaurant Variety | Restaurant Area"]},
    ),
    Problem(
        source="Wikipedia, Fifth normal form: travelling salesmen, brands and product types",
        relation="Sells(Salesman, Brand, Product)",
        given=["⋈(Salesman Brand; Brand Product; Salesman Product)"],
        inside="4NF",
        outside="5NF",
        to={"5NF": ["Salesman Brand | Brand Product | Salesman Product"]},
    ),
]

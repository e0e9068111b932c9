"""J. D. Ullman, "Principles of Database and Knowledge-Base Systems", volume I (1988), chapter 7."""

from tests.unit.normalize.theory.textbook.problem import Problem

_BOOK = "Ullman 1988, chapter 7"

PROBLEMS = [
    Problem(
        source=f"{_BOOK}, the closure of BD and the two minimal covers of eleven dependencies",
        relation="R(A, B, C, D, E, G)",
        given=["AB -> C", "C -> A", "BC -> D", "ACD -> B", "D -> EG", "BE -> C", "CG -> BD", "CE -> AG"],
        closures={"BD": "ABCDEG"},
        keys=["AB", "BC", "BD", "BE", "CD", "CE", "CG"],
        inside="3NF",
        outside="BCNF",
        covers=[
            "AB -> C; C -> A; BC -> D; CD -> B; D -> E; D -> G; BE -> C; CG -> D; CE -> G",
            "AB -> C; C -> A; BC -> D; D -> E; D -> G; BE -> C; CG -> B; CE -> G",
            "AB -> C; C -> A; BC -> D; CD -> B; D -> E; D -> G; BE -> C; CG -> B; CE -> G",
        ],
    ),
    Problem(
        source=f"{_BOOK}, CTHRSG: courses, teachers, hours, rooms, students, grades",
        relation="R(C, T, H, R, S, G)",
        given=["C -> T", "HR -> C", "HT -> R", "CS -> G", "HS -> R"],
        keys=["HS"],
        covers=["C -> T; HR -> C; HT -> R; CS -> G; HS -> R"],
        inside="2NF",
        outside="3NF",
        lossless=["CSG | CT | CHR | CHS", "CT | CHR | THR | CSG | HRS"],
        losing=["CSG | CT | CHR | CHS"],
        preserving=["CT | CHR | THR | CSG | HRS"],
    ),
    Problem(
        source=f"{_BOOK}, the chase of five parts (Aho, Beeri and Ullman 1979)",
        relation="R(A, B, C, D, E)",
        given=["A -> C", "B -> C", "C -> D", "DE -> C", "CE -> A"],
        keys=["BE"],
        lossless=["AD | AB | BE | CDE | AE"],
    ),
    Problem(
        source=f"{_BOOK}, SAIP: suppliers, addresses, items, prices",
        relation="SUPPLIERS(S, A, I, P)",
        given=["S -> A", "SI -> P"],
        keys=["SI"],
        inside="1NF",
        outside="2NF",
        lossless=["SA | SIP"],
        preserving=["SA | SIP"],
        to={"3NF": ["SA | SIP"], "BCNF": ["SA | SIP"]},
    ),
    Problem(
        source=f"{_BOOK}, CSZ: city, street, zip",
        relation="R(C, S, Z)",
        given=["CS -> Z", "Z -> C"],
        keys=["CS", "SZ"],
        inside="3NF",
        outside="BCNF",
        lossless=["SZ | CZ"],
        losing=["SZ | CZ"],
        to={"BCNF": ["SZ | CZ"]},
    ),
    Problem(
        source=f"{_BOOK}, a circle of dependencies: D → A is preserved although no part has both",
        relation="R(A, B, C, D)",
        given=["A -> B", "B -> C", "C -> D", "D -> A"],
        keys=["A", "B", "C", "D"],
        preserving=["AB | BC | CD"],
        lossless=["AB | BC | CD"],
        inside="BCNF",
    ),
    Problem(
        source=f"{_BOOK}, two parts of ABC under A → B, one way lossless, one not",
        relation="R(A, B, C)",
        given=["A -> B"],
        keys=["AC"],
        lossless=["AB | AC"],
        lossy=["AB | BC"],
    ),
]

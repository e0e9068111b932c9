"""A. Silberschatz, H. F. Korth and S. Sudarshan, "Database System Concepts", 7th edition (2019), chapter 7, and earlier editions."""

from tests.unit.normalize.theory.textbook.problem import Problem

_BOOK = "Silberschatz, Korth and Sudarshan"

_CLASS_PARTS = (
    "course_id title dept_name credits | building room_number capacity | "
    "course_id sec_id semester year building room_number time_slot_id"
)

PROBLEMS = [
    Problem(
        source=f"{_BOOK}, section on the closure of attribute sets: AG⁺",
        relation="r(A, B, C, G, H, I)",
        given=["A -> B", "A -> C", "CG -> H", "CG -> I", "B -> H"],
        closures={"AG": "ABCGHI"},
        implied=["A -> H", "CG -> HI", "AG -> I"],
        not_implied=["A -> G", "G -> H"],
        keys=["AG"],
        inside="1NF",
        outside="2NF",
    ),
    Problem(
        source=f"{_BOOK}, section on canonical covers, the first example",
        relation="r(A, B, C)",
        given=["A -> BC", "B -> C", "A -> B", "AB -> C"],
        covers=["A -> B; B -> C"],
        keys=["A"],
    ),
    Problem(
        source=f"{_BOOK}, section on canonical covers: there may be several",
        relation="r(A, B, C)",
        given=["A -> BC", "B -> AC", "C -> AB"],
        keys=["A", "B", "C"],
        covers=[
            "A -> B; B -> C; C -> A",
            "A -> B; B -> AC; C -> B",
            "A -> C; C -> B; B -> A",
            "A -> C; B -> C; C -> AB",
            "A -> BC; B -> A; C -> A",
        ],
        inside="BCNF",
    ),
    Problem(
        source=f"{_BOOK}, practice exercises of the chapter: lossless and lossy parts, keys, cover, BCNF and 3NF of A → BC …",
        relation="R(A, B, C, D, E)",
        given=["A -> BC", "CD -> E", "B -> D", "E -> A"],
        keys=["A", "BC", "CD", "E"],
        closures={"B": "BD"},
        covers=["A -> BC; CD -> E; B -> D; E -> A"],
        inside="3NF",
        outside="BCNF",
        lossless=["ABC | ADE", "ABCE | BD", "ABC | CDE | BD | EA"],
        lossy=["ABC | CDE"],
        preserving=["ABC | CDE | BD | EA"],
        losing=["ABC | ADE", "ABCE | BD"],
    ),
    Problem(
        source=f"{_BOOK}, dept_advisor",
        relation="dept_advisor(s_ID, i_ID, dept_name)",
        given=["i_ID -> dept_name", "s_ID, dept_name -> i_ID"],
        keys=["s_ID dept_name", "s_ID i_ID"],
        inside="3NF",
        outside="BCNF",
        losing=["s_ID i_ID | i_ID dept_name"],
        lossless=["s_ID i_ID | i_ID dept_name"],
    ),
    Problem(
        source=f"{_BOOK}, the BCNF decomposition of class",
        relation=(
            "class(course_id, title, dept_name, credits, sec_id, semester, year, building, room_number, capacity, time_slot_id)"
        ),
        given=[
            "course_id -> title, dept_name, credits",
            "building, room_number -> capacity",
            "course_id, sec_id, semester, year -> building, room_number, time_slot_id",
        ],
        keys=["course_id sec_id semester year"],
        inside="1NF",
        outside="2NF",
        to={
            "BCNF": [_CLASS_PARTS],
        },
    ),
    Problem(
        source=f"{_BOOK}, cust_banker_branch: canonical cover and 3NF",
        relation="cust_banker_branch(customer_id, employee_id, branch_name, type)",
        given=[
            "customer_id, employee_id -> branch_name, type",
            "employee_id -> branch_name",
            "customer_id, branch_name -> employee_id",
        ],
        covers=[
            "customer_id, employee_id -> type; employee_id -> branch_name; customer_id, branch_name -> employee_id"
        ],
        keys=["customer_id employee_id", "customer_id branch_name"],
        inside="3NF",
        outside="BCNF",
        preserving=["customer_id employee_id type | customer_id branch_name employee_id"],
        lossless=["customer_id employee_id type | customer_id branch_name employee_id"],
    ),
    Problem(
        source=f"{_BOOK}, section on multivalued dependencies: people with departments and addresses",
        relation="r2(ID, dept_name, street, city)",
        given=["ID ->> dept_name"],
        keys=["ID dept_name street city"],
        implied=["ID ->> street, city"],
        inside="BCNF",
        outside="4NF",
        to={"4NF": ["ID dept_name | ID street city"]},
    ),
    Problem(
        source=f"{_BOOK}, exercise with A → BCD, BC → DE, B → D, D → A: closure, superkey, cover, 3NF, BCNF",
        relation="r(A, B, C, D, E, G)",
        given=["A -> BCD", "BC -> DE", "B -> D", "D -> A"],
        closures={"B": "ABCDE"},
        implied=["AG -> BCDE"],
        keys=["AG", "BG", "DG"],
        covers=[
            "A -> BC; B -> DE; D -> A",
            "A -> B; B -> DEC; D -> A",
            "A -> B; B -> CDE; D -> A",
            "A -> B; B -> DE; D -> AC",
        ],
        inside="1NF",
        outside="2NF",
        lossless=["ABC | BDE | DA | AG", "ABCDE | AG"],
        preserving=["ABC | BDE | DA | AG", "ABCDE | AG"],
        to={"BCNF": ["ABCDE | AG"]},
    ),
    Problem(
        source=f"{_BOOK}, earlier editions, Lending: BCNF of the bank",
        relation="Lending(branch_name, branch_city, assets, customer_name, loan_number, amount)",
        given=["branch_name -> assets, branch_city", "loan_number -> amount, branch_name"],
        keys=["customer_name loan_number"],
        inside="1NF",
        outside="2NF",
        to={
            "BCNF": ["branch_name branch_city assets | branch_name loan_number amount | customer_name loan_number"],
            "3NF": ["branch_name branch_city assets | branch_name loan_number amount | customer_name loan_number"],
        },
    ),
    Problem(
        source=f"{_BOOK}, earlier editions, 4NF of A ↠ B, B ↠ HI, CG ↠ H",
        relation="R(A, B, C, G, H, I)",
        given=["A ->> B", "B ->> HI", "CG ->> H"],
        implied=["A ->> CGHI", "A ->> HI", "B ->> H", "A ->> CG"],
        inside="BCNF",
        outside="4NF",
        lossless=["AB | CGH | AI | ACG"],
    ),
]

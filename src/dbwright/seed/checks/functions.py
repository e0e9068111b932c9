"""All functions that conditions may use, by our name of them."""

from dbwright.seed.checks.evaluate import Function
from dbwright.seed.checks.functions_logic import LOGIC
from dbwright.seed.checks.functions_nested import NESTED
from dbwright.seed.checks.functions_numbers import NUMERIC
from dbwright.seed.checks.functions_text import TEXTUAL
from dbwright.seed.checks.functions_time import TEMPORAL

FUNCTIONS: dict[str, Function] = {**LOGIC, **NUMERIC, **TEXTUAL, **TEMPORAL, **NESTED}

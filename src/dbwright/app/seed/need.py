"""Whether what makes rows is installed."""

from importlib.util import find_spec

from dbwright.errors import Unavailable


def need() -> None:
    """Raise Unavailable where a package that makes rows is missing."""
    missing = [name for name in ("numpy", "polars", "mimesis") if find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"Making rows needs {' and '.join(missing)}, which is not installed.", hint="pip install 'dbwright[seed]'"
        )

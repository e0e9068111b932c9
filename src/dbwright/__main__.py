"""`python -m dbwright` is `dbwright`."""

from dbwright.cli.main import main

if __name__ == "__main__":
    main()

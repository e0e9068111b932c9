"""Schemas of SQLite drawn at random: keys of one to three columns, references to whatever is a key, shared columns, trees."""

import random

KINDS = "kind TEXT NOT NULL CHECK (kind IN ('a', 'b', 'c'))"


def random_schema(number: int) -> list[str]:
    """The statements of the schema of that number."""
    chance = random.Random(number)
    keys: list[list[list[str]]] = []
    types: list[dict[str, str]] = []
    statements: list[str] = []
    for place in range(chance.randint(2, 6)):
        columns: dict[str, str] = {}
        parts: list[str] = []
        own: list[list[str]] = []
        referring: list[str] = []
        style = chance.choice(["id", "id", "id", "composite", "references", "text"])
        if style == "id":
            columns["id"] = "INTEGER"
            own.append(["id"])
        elif style == "text":
            columns["code"] = "TEXT NOT NULL"
            own.append(["code"])
        for _ in range(chance.randint(0, 3) if place else 0):
            parent = chance.randrange(place)
            wanted = chance.choice(keys[parent])
            names = [
                name
                if name in columns and name not in ("id", "code") and chance.random() < 0.6
                else f"r{len(columns)}_{name}"
                for name in wanted
            ]
            names = [name[:30] for name in names]
            if len(set(names)) < len(names):
                continue
            needed = "" if chance.random() < 0.35 else " NOT NULL"
            for name, other in zip(names, wanted, strict=True):
                columns.setdefault(name, types[parent][other] + needed)
            parts.append(f"FOREIGN KEY ({', '.join(names)}) REFERENCES t{parent} ({', '.join(wanted)})")
            referring += names
        if style in ("composite", "references"):
            primary = list(dict.fromkeys(referring[: chance.randint(1, 3)]))
            if style == "composite":
                columns["n"] = "INTEGER NOT NULL"
                primary.append("n")
            elif not primary:
                columns["id"] = "INTEGER"
                primary = ["id"]
            own.append(primary)
        if chance.random() < 0.4:
            columns["name"] = "TEXT NOT NULL"
        if chance.random() < 0.3:
            columns["kind"] = KINDS.partition(" ")[2]
        if chance.random() < 0.3:
            columns["pos"] = "INTEGER NOT NULL"
        primary_key = f"PRIMARY KEY ({', '.join(own[0])})"
        for _ in range(chance.randint(0, 2)):
            unique = chance.sample(list(columns), min(len(columns), chance.randint(1, 3)))
            parts.append(f"UNIQUE ({', '.join(unique)})")
            own.append(unique)
        if chance.random() < 0.3:
            wanted = chance.choice(own)
            names = [f"p_{name}" if chance.random() < 0.6 or len(wanted) == 1 else name for name in wanted]
            if names != wanted:
                for name, other in zip(names, wanted, strict=True):
                    columns.setdefault(name, columns[other].split()[0])
                parts.append(f"FOREIGN KEY ({', '.join(names)}) REFERENCES t{place} ({', '.join(wanted)})")
        keys.append(own)
        types.append({name: text.split()[0] for name, text in columns.items()})
        lines = [*(f"{name} {text}" for name, text in columns.items()), primary_key, *parts]
        statements.append(f"CREATE TABLE t{place} ({', '.join(lines)})")
    return statements

"""The questions on privileges, and on what the model does not hold."""

PRIVILEGES = """
SELECT held.kind, held.oid, held.column_number, held.owner, x.grantee, x.privilege_type, x.is_grantable FROM (
    SELECT 'relation' AS kind, oid, 0 AS column_number, relowner AS owner, relacl AS acl FROM pg_class
        WHERE relacl IS NOT NULL AND relnamespace = ANY(%(namespaces)s)
    UNION ALL SELECT 'column', c.oid, a.attnum, c.relowner, a.attacl FROM pg_attribute a JOIN pg_class c
        ON c.oid = a.attrelid
        WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relnamespace = ANY(%(namespaces)s)
    UNION ALL SELECT 'routine', oid, 0, proowner, proacl FROM pg_proc
        WHERE proacl IS NOT NULL AND pronamespace = ANY(%(namespaces)s)
    UNION ALL SELECT 'type', oid, 0, typowner, typacl FROM pg_type
        WHERE typacl IS NOT NULL AND typnamespace = ANY(%(namespaces)s)
    UNION ALL SELECT 'namespace', oid, 0, nspowner, nspacl FROM pg_namespace
        WHERE nspacl IS NOT NULL AND oid = ANY(%(namespaces)s)
    UNION ALL SELECT 'catalog', oid, 0, datdba, datacl FROM pg_database
        WHERE datacl IS NOT NULL AND datname = current_database()
    UNION ALL SELECT 'default ' || defaclobjtype::text, coalesce(nullif(defaclnamespace, 0), 0), 0, defaclrole, defaclacl
        FROM pg_default_acl WHERE defaclnamespace = 0 OR defaclnamespace = ANY(%(namespaces)s)
) held LEFT JOIN LATERAL aclexplode(held.acl) x ON true
"""


def _named(kind: str, catalog: str, name: str, where: str) -> str:
    return (
        f"SELECT '{kind}', {name} FROM {catalog} o WHERE {where} AND NOT EXISTS (SELECT FROM pg_depend e WHERE"
        f" e.classid = '{catalog}'::regclass AND e.objid = o.oid AND e.deptype IN ('e', 'i'))"
    )


def _in_namespace(kind: str, catalog: str, prefix: str, where: str = "true") -> str:
    name = f"(SELECT nspname FROM pg_namespace WHERE oid = o.{prefix}namespace) || '.' || o.{prefix}name"
    return _named(kind, catalog, name, f"o.{prefix}namespace = ANY(%(namespaces)s) AND {where}")


UNREAD = "\nUNION ALL ".join(
    (
        _in_namespace("operator", "pg_operator", "opr"),
        _in_namespace("operator class", "pg_opclass", "opc"),
        _in_namespace("operator family", "pg_opfamily", "opf"),
        _in_namespace("collation", "pg_collation", "coll"),
        _in_namespace("conversion", "pg_conversion", "con"),
        _in_namespace("text search configuration", "pg_ts_config", "cfg"),
        _in_namespace("text search dictionary", "pg_ts_dict", "dict"),
        _in_namespace("text search parser", "pg_ts_parser", "prs"),
        _in_namespace("text search template", "pg_ts_template", "tmpl"),
        _in_namespace("statistics object", "pg_statistic_ext", "stx"),
        _in_namespace("base type", "pg_type", "typ", "o.typtype = 'b' AND o.typcategory <> 'A'"),
        _named("cast", "pg_cast", "format_type(o.castsource, NULL) || ' AS ' || format_type(o.casttarget, NULL)",
               "o.oid >= 16384"),
        _named("language", "pg_language", "o.lanname", "o.oid >= 16384"),
        _named("access method", "pg_am", "o.amname", "o.oid >= 16384"),
        _named("foreign data wrapper", "pg_foreign_data_wrapper", "o.fdwname", "true"),
        _named("foreign server", "pg_foreign_server", "o.srvname", "true"),
        _named("publication", "pg_publication", "o.pubname", "true"),
        # Before version 16 only some columns of subscriptions may be read by everyone.
        ("SELECT 'subscription', o.subname FROM pg_subscription o WHERE o.subdbid ="
        " (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"),
        ("SELECT 'rule', n.nspname || '.' || c.relname || '.' || r.rulename FROM pg_rewrite r JOIN pg_class c"
        " ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE r.rulename <> '_RETURN' AND n.oid = ANY(%(namespaces)s)"),
    )
)  # fmt: skip
"""Objects of kinds that the model does not hold, by name."""

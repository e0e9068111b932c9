"""The questions put to the system catalogs, one for each kind of object, spelled for the server's version.

Each takes `%(namespaces)s`, the object identifiers of the namespaces to read. All names inside are the system's own,
so they are read with an empty search path; what extensions brought along is left out at the source.
"""


def _not_of_extension(catalog: str, oid: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid}"
        " AND e.deptype = 'e')"
    )


OVERVIEW = """
SELECT current_database()::text, d.datdba, current_user::text, pg_my_temp_schema(), d.oid
FROM pg_database d WHERE d.datname = current_database()
"""

ROLES = """
SELECT r.oid, r.rolname::text, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolbypassrls,
    r.rolreplication, r.rolinherit, shobj_description(r.oid, 'pg_authid'),
    (SELECT array_agg(m.roleid ORDER BY m.roleid) FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r
"""

NAMESPACES = """
SELECT n.oid, n.nspname::text, n.nspowner, has_schema_privilege(n.oid, 'USAGE'),
    EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
FROM pg_namespace n
WHERE (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') OR n.oid = pg_my_temp_schema()
"""

_WANTED = """(c.relnamespace = ANY(%(namespaces)s)
    OR c.oid IN (SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND connamespace = ANY(%(namespaces)s)))"""
"""Relations of the namespaces, and the tables elsewhere that their foreign keys point at: their names are needed."""

RELATIONS = f"""
SELECT c.oid, n.oid, n.nspname::text, c.relname::text, c.relkind::text, c.relowner, c.relpersistence::text,
    c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, c.reloptions, toast.reloptions, s.spcname::text,
    CASE WHEN c.relkind IN ('r', 'm', 'p') THEN am.amname::text END, c.relispopulated,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
    CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
    parents.oids, p.partstrat::text, p.partattrs::int2[], p.partclass::oid[], p.partcollation::oid[],
    pg_get_expr(p.partexprs, p.partrelid), fs.srvname::text, f.ftoptions,
    NOT ({_not_of_extension("pg_class", "c.oid")}), ARRAY[c.reltype, rowtype.typarray], of_n.nspname::text, of_t.typname::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace AND c.reltablespace <> 0
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN (SELECT inhrelid, array_agg(inhparent ORDER BY inhseqno) AS oids FROM pg_inherits GROUP BY inhrelid) parents
    ON parents.inhrelid = c.oid
LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server fs ON fs.oid = f.ftserver
LEFT JOIN pg_type rowtype ON rowtype.oid = c.reltype
LEFT JOIN pg_type of_t ON of_t.oid = c.reloftype AND c.reloftype <> 0
LEFT JOIN pg_namespace of_n ON of_n.oid = of_t.typnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND {_WANTED}
"""


def columns(version: int) -> str:
    """Columns of tables, views and composite types. What is rarely set comes as one array, or NULL when none is."""
    compression = "a.attcompression::text" if version >= 14 else "''"
    has_compression = "OR a.attcompression <> ''" if version >= 14 else ""
    return f"""
SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, a.attnotnull,
    pg_get_expr(d.adbin, CASE WHEN a.attgenerated <> '' THEN d.adrelid ELSE 0 END),
    CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation END,
    CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' OR a.attstorage <> t.typstorage OR a.attoptions IS NOT NULL
        OR a.attfdwoptions IS NOT NULL OR coalesce(a.attstattarget, -1) <> -1 {has_compression}
    THEN ARRAY[a.attidentity::text, a.attgenerated::text,
        CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, {compression},
        nullif(coalesce(a.attstattarget, -1), -1)::text, array_to_string(a.attoptions, ', '),
        (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
         FROM pg_options_to_table(a.attfdwoptions) o)] END,
    a.attcollation
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND {_WANTED} AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""


TYPES_IN_USE = """
WITH used AS (
    SELECT oid, modifier FROM unnest(%(types)s::oid[], %(modifiers)s::integer[]) AS columns (oid, modifier)
    UNION SELECT typbasetype, typtypmod FROM pg_type WHERE typtype = 'd' AND typnamespace = ANY(%(namespaces)s)
    UNION SELECT r.rngsubtype, -1 FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid
        WHERE t.typnamespace = ANY(%(namespaces)s)
)
SELECT u.oid, u.modifier, format_type(u.oid, u.modifier), t.typtype::text, n.nspname::text, t.typname::text,
    e.typtype::text, en.nspname::text, e.typname::text, format_type(e.oid, u.modifier)
FROM used u
JOIN pg_type t ON t.oid = u.oid
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
"""


def user_types(version: int) -> str:
    """Enums, domains, composite and range types."""
    multirange = "mr.typname::text" if version >= 14 else "NULL::text"
    multirange_types = ", mr.oid, mr.typarray" if version >= 14 else ""
    multirange_join = "LEFT JOIN pg_type mr ON mr.oid = r.rngmultitypid" if version >= 14 else ""
    return f"""
SELECT t.oid, n.nspname::text, t.typname::text, t.typtype::text, ARRAY[t.typarray{multirange_types}]::oid[],
    t.typowner, t.typrelid,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
    t.typbasetype, t.typtypmod, t.typnotnull, pg_get_expr(t.typdefaultbin, 0),
    CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation THEN t.typcollation END,
    r.rngsubtype, {multirange}, CASE WHEN NOT oc.opcdefault THEN oc.oid END,
    CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> sub.typcollation THEN r.rngcollation END,
    CASE WHEN r.rngcanonical <> 0 THEN quote_ident(cn.nspname) || '.' || quote_ident(cp.proname) END,
    CASE WHEN r.rngsubdiff <> 0 THEN quote_ident(dn.nspname) || '.' || quote_ident(dp.proname) END
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type sub ON sub.oid = r.rngsubtype
LEFT JOIN pg_opclass oc ON oc.oid = r.rngsubopc
LEFT JOIN pg_proc cp ON cp.oid = r.rngcanonical LEFT JOIN pg_namespace cn ON cn.oid = cp.pronamespace
LEFT JOIN pg_proc dp ON dp.oid = r.rngsubdiff LEFT JOIN pg_namespace dn ON dn.oid = dp.pronamespace
{multirange_join}
WHERE t.typnamespace = ANY(%(namespaces)s) AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
    AND {_not_of_extension("pg_type", "t.oid")}
"""


DOMAIN_CHECKS = """
SELECT c.contypid, c.oid, c.conname::text, pg_get_constraintdef(c.oid), c.convalidated
FROM pg_constraint c WHERE c.contypid <> 0 AND c.contype = 'c' AND c.connamespace = ANY(%(namespaces)s)
"""


def constraints(version: int) -> str:
    """Constraints of tables; those that the server keeps for itself to hold a key between partitions stay out."""
    delete_columns = "k.confdelsetcols" if version >= 15 else "NULL::int2[]"
    period = "k.conperiod" if version >= 18 else "false"
    enforced = "k.conenforced" if version >= 18 else "true"
    return f"""
SELECT k.oid, k.conrelid, k.conname::text, k.contype::text, k.conkey, k.conindid, k.condeferrable, k.condeferred,
    k.convalidated, k.connoinherit, {enforced}, {period}, k.confrelid, k.confkey, k.confupdtype::text,
    k.confdeltype::text, k.confmatchtype::text, {delete_columns},
    CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid)
        WHEN 'x' THEN pg_get_constraintdef(k.oid) END
FROM pg_constraint k
LEFT JOIN pg_constraint upper ON upper.oid = k.conparentid AND k.conparentid <> 0
WHERE k.connamespace = ANY(%(namespaces)s) AND k.conrelid <> 0
    AND (k.contype IN ('p', 'u', 'f', 'c', 'x') OR (k.contype = 'n' AND NOT k.convalidated))
    AND (k.contype <> 'f' OR upper.oid IS NULL OR upper.conrelid <> k.conrelid)
"""


def indexes(version: int) -> str:
    """Indexes, those of constraints too. Only expressions and predicates are printed by the server: that is slow."""
    nulls_not_distinct = "i.indnullsnotdistinct" if version >= 15 else "false"
    return f"""
SELECT i.indexrelid, i.indrelid, c.relname::text, am.amname::text, i.indisunique, i.indisvalid,
    i.indnkeyatts, i.indkey::text, i.indoption::text, i.indclass::text, i.indcollation::text,
    CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END,
    CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) k
        WHERE i.indkey[k - 1] = 0 ORDER BY k) END,
    {nulls_not_distinct}, c.reloptions, s.spcname::text, h.inhparent, i.indisclustered, i.indisreplident
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace AND c.reltablespace <> 0
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
WHERE c.relnamespace = ANY(%(namespaces)s)
"""


def index_columns(version: int) -> str:
    """Options of single index keys: statistics targets, and from 13 on parameters of operator classes."""
    options = "array_to_string(a.attoptions, ', ')" if version >= 13 else "NULL::text"
    return f"""
SELECT a.attrelid, a.attnum, {options}, nullif(coalesce(a.attstattarget, -1), -1)::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('i', 'I') AND c.relnamespace = ANY(%(namespaces)s)
    AND (a.attoptions IS NOT NULL OR coalesce(a.attstattarget, -1) <> -1)
"""


OPERATOR_CLASSES_AND_COLLATIONS = """
SELECT 'o', o.oid, n.nspname::text, o.opcname::text, o.opcdefault, o.opcintype
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
UNION ALL
SELECT 'c', c.oid, n.nspname::text, c.collname::text, false, 0
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
"""

SEQUENCES = f"""
SELECT c.oid, n.nspname::text, c.relname::text, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin,
    s.seqmax, s.seqcache, s.seqcycle, c.relpersistence::text, c.relowner, d.deptype::text, d.refobjid, d.refobjsubid
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid <> 0 AND d.deptype IN ('a', 'i')
WHERE c.relnamespace = ANY(%(namespaces)s) AND {_not_of_extension("pg_class", "c.oid")}
"""


def triggers(version: int) -> str:
    """Triggers; copies that partitions inherit stay out."""
    cloned = "AND t.tgparentid = 0" if version >= 13 else ""
    return f"""
SELECT t.tgrelid, t.oid, t.tgname::text, t.tgtype, t.tgenabled::text, pg_get_triggerdef(t.oid), t.tgconstraint <> 0
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = ANY(%(namespaces)s) {cloned}
    AND {_not_of_extension("pg_trigger", "t.oid")}
"""


POLICIES = """
SELECT p.polrelid, p.oid, p.polname::text, p.polcmd::text, p.polpermissive, p.polroles,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = ANY(%(namespaces)s)
"""

ROUTINES = f"""
SELECT p.oid, n.nspname::text, p.proname::text, p.prokind::text, pg_get_function_identity_arguments(p.oid),
    pg_get_function_result(p.oid), l.lanname::text, p.provolatile::text, p.prosecdef, p.proconfig, p.proowner,
    CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
    CASE WHEN p.prokind = 'a' THEN jsonb_build_object(
        'arguments', pg_get_function_arguments(p.oid), 'kind', a.aggkind::text,
        'sfunc', a.aggtransfn::text, 'stype', format_type(a.aggtranstype, NULL), 'sspace', a.aggtransspace,
        'finalfunc', nullif(a.aggfinalfn::oid, 0)::regproc::text, 'finalextra', a.aggfinalextra,
        'finalmodify', a.aggfinalmodify::text, 'combinefunc', nullif(a.aggcombinefn::oid, 0)::regproc::text,
        'serialfunc', nullif(a.aggserialfn::oid, 0)::regproc::text,
        'deserialfunc', nullif(a.aggdeserialfn::oid, 0)::regproc::text, 'initcond', a.agginitval,
        'msfunc', nullif(a.aggmtransfn::oid, 0)::regproc::text,
        'minvfunc', nullif(a.aggminvtransfn::oid, 0)::regproc::text,
        'mstype', CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,
        'msspace', a.aggmtransspace, 'mfinalfunc', nullif(a.aggmfinalfn::oid, 0)::regproc::text,
        'mfinalextra', a.aggmfinalextra, 'mfinalmodify', a.aggmfinalmodify::text, 'minitcond', a.aggminitval,
        'sortop', CASE WHEN a.aggsortop <> 0 THEN quote_ident(opn.nspname) || '.' || op.oprname END,
        'parallel', p.proparallel::text) END
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
LEFT JOIN pg_operator op ON op.oid = a.aggsortop LEFT JOIN pg_namespace opn ON opn.oid = op.oprnamespace
WHERE p.pronamespace = ANY(%(namespaces)s) AND {_not_of_extension("pg_proc", "p.oid")}
    AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid
        AND i.deptype = 'i')
"""

EVENT_TRIGGERS = f"""
SELECT t.oid, t.evtname::text, t.evtevent::text, t.evtowner, t.evtenabled::text, t.evttags,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname)
FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_not_of_extension("pg_event_trigger", "t.oid")}
"""

EXTENSIONS = """
SELECT e.oid, e.extname::text, n.nspname::text, e.extversion
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'
"""

DEPENDENCIES = """
SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'r' ELSE 'p' END,
    coalesce(w.ev_class, d.objid), d.refclassid::regclass::text, d.refobjid
FROM pg_depend d LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass) AND d.deptype = 'n' AND d.objid >= 16384
    AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
    AND d.refobjid <> coalesce(w.ev_class, d.objid)
"""

COMMENTS = """
SELECT classoid::regclass::text, objoid, objsubid, description FROM pg_description
WHERE objoid >= 16384 OR (objoid = 2200 AND classoid = 'pg_namespace'::regclass)
"""

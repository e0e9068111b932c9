-- Every kind of object that PostgreSQL 12 has, with the awkward cases of each.
-- Roles belong to the whole server: tests put something of their own for the x at the end of the names.
CREATE ROLE dbwright_reader_x;
CREATE ROLE dbwright_writer_x LOGIN CREATEDB NOINHERIT;
GRANT dbwright_reader_x TO dbwright_writer_x;
CREATE ROLE "dbwright odd-Name x";
CREATE SCHEMA sales;
CREATE SCHEMA "we ird.""Ns" AUTHORIZATION dbwright_writer_x;
COMMENT ON SCHEMA sales IS 'It''s a comment with a \ backslash';
CREATE TYPE sales.status AS ENUM ('new', 'it''s', 'done', 'ü 🎉');
COMMENT ON TYPE sales.status IS 'state';
CREATE DOMAIN sales.positive AS numeric(10,2) DEFAULT 1 NOT NULL CONSTRAINT above_zero CHECK (VALUE > 0) CHECK (VALUE < 1000000);
CREATE DOMAIN sales.code AS text COLLATE "C";
COMMENT ON CONSTRAINT above_zero ON DOMAIN sales.positive IS 'no debts';
CREATE TYPE sales.address AS (street text COLLATE "C", zip varchar(10), tags text[]);
COMMENT ON COLUMN sales.address.zip IS 'postcode';
CREATE TYPE sales.float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE SEQUENCE sales.numbers AS integer INCREMENT BY -5 MINVALUE -1000 MAXVALUE 100 START WITH 50 CACHE 7 CYCLE;
CREATE SEQUENCE sales.plain;
COMMENT ON SEQUENCE sales.plain IS 'plain';
CREATE FUNCTION sales.is_good(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT value <> '' $$;
CREATE FUNCTION sales.next_code(prefix text DEFAULT 'x', OUT code text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN code := prefix || '1'; END $$;
COMMENT ON FUNCTION sales.next_code(text) IS 'codes';
CREATE DOMAIN sales.good_text AS text CHECK (sales.is_good(VALUE));
CREATE PROCEDURE sales.clean(older interval) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE AGGREGATE sales.joined(text) (SFUNC = textcat, STYPE = text, INITCOND = 'it''s', PARALLEL = SAFE);
CREATE AGGREGATE sales.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE TABLE sales.customers (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10) PRIMARY KEY,
    code text DEFAULT sales.next_code() NOT NULL,
    name varchar(40) COLLATE "C" NOT NULL,
    email text,
    status sales.status DEFAULT 'new',
    history sales.status[],
    home sales.address,
    credit sales.positive,
    rate sales.float_range,
    note sales.good_text,
    born date DEFAULT CURRENT_DATE,
    seen timestamptz(3) DEFAULT now(),
    bits bit varying(12), flag bit, letter "char", fee money, doc jsonb DEFAULT '{"a": 1}'::jsonb, raw bytea,
    span int4range, wait interval(3) DEFAULT '1 day', took interval hour to minute, net inet, spot point, search tsvector,
    full_name text GENERATED ALWAYS AS ((name)::text || code) STORED,
    matrix integer[][], "order" integer, "Quoted ""col""" integer, "é 🎉.x" text,
    CONSTRAINT good_name CHECK (sales.is_good(name)),
    CONSTRAINT "odd check" CHECK ("order" > 0 AND "Quoted ""col""" < 9) NO INHERIT,
    CONSTRAINT email_key UNIQUE (email) INCLUDE (name) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (code, name) WITH (fillfactor = 70)
) WITH (fillfactor = 80, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE sales.customers ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN email SET STATISTICS 500, ALTER COLUMN email SET (n_distinct = -0.5);
ALTER TABLE sales.customers ADD CONSTRAINT late CHECK (email <> 'x') NOT VALID;
COMMENT ON TABLE sales.customers IS 'customers';
COMMENT ON COLUMN sales.customers."é 🎉.x" IS 'emoji';
COMMENT ON CONSTRAINT good_name ON sales.customers IS 'checked';
CREATE INDEX customers_mixed ON sales.customers USING btree (lower(name) DESC, email COLLATE "C" varchar_pattern_ops, code NULLS FIRST, born DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 60) WHERE status <> 'done';
CREATE INDEX customers_good ON sales.customers ((sales.is_good(email)));
CREATE INDEX customers_doc ON sales.customers USING gin (doc jsonb_path_ops);
CREATE INDEX customers_span ON sales.customers USING gist (span);
CREATE INDEX customers_seen ON sales.customers USING brin (seen) WITH (pages_per_range = 32);
CREATE INDEX customers_hash ON sales.customers USING hash (email);
CREATE UNIQUE INDEX customers_order ON sales.customers ("order") WHERE "order" IS NOT NULL;
CREATE UNIQUE INDEX customers_identity ON sales.customers (code);
ALTER INDEX sales.customers_mixed ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX sales.customers_hash IS 'hash';
ALTER TABLE sales.customers CLUSTER ON customers_identity;
ALTER TABLE sales.customers REPLICA IDENTITY USING INDEX customers_identity;
CREATE FUNCTION sales.row_is_good(c sales.customers) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT c.name <> '' $$;
ALTER TABLE sales.customers ADD CONSTRAINT whole_row CHECK (sales.row_is_good(customers.*));
CREATE TABLE sales.a (id serial PRIMARY KEY, b_id integer, c smallserial, d bigserial);
CREATE TABLE sales.b (id integer PRIMARY KEY, a_id integer REFERENCES sales.a DEFERRABLE);
ALTER TABLE sales.a ADD CONSTRAINT a_to_b FOREIGN KEY (b_id) REFERENCES sales.b (id) ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;
ALTER SEQUENCE sales.a_c_seq RENAME TO "other Name";
ALTER SEQUENCE sales.a_d_seq CACHE 20;
CREATE TABLE sales.counted (id integer DEFAULT nextval('sales.plain') NOT NULL, n integer DEFAULT nextval('sales.numbers'));
ALTER SEQUENCE sales.numbers OWNED BY sales.counted.n;
CREATE TABLE sales.pairs (a integer, b integer, c integer, PRIMARY KEY (a, b), FOREIGN KEY (a, b) REFERENCES sales.pairs MATCH FULL);
CREATE UNLOGGED TABLE sales.fast (id serial, x integer);
CREATE TABLE sales.rooms (room integer, during tsrange, EXCLUDE USING gist (during WITH &&) WHERE (room > 0) DEFERRABLE);
CREATE TABLE sales.parent (id integer NOT NULL, x text DEFAULT 'p', CONSTRAINT positive CHECK (id > 0));
CREATE TABLE sales.child (y integer, CONSTRAINT own CHECK (y > 0)) INHERITS (sales.parent);
CREATE TABLE sales.reordered (y integer, x text, id integer NOT NULL, CONSTRAINT positive CHECK (id > 0));
ALTER TABLE sales.reordered INHERIT sales.parent;
CREATE TYPE sales.typed AS (u integer, v text);
CREATE TABLE sales.of_type OF sales.typed (u WITH OPTIONS NOT NULL);
CREATE TABLE sales.events (id bigint NOT NULL, at timestamptz NOT NULL, kind text, customer bigint REFERENCES sales.customers, CONSTRAINT id_and_time UNIQUE (id, at), CONSTRAINT events_id_check CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE INDEX events_kind ON sales.events (kind);
CREATE INDEX events_lower ON sales.events (lower(kind));
CREATE TABLE sales.events_2024 PARTITION OF sales.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales.events_2025 (at timestamptz NOT NULL, id bigint NOT NULL, customer bigint, kind text DEFAULT 'own', CONSTRAINT events_id_check CHECK (id > 0), CONSTRAINT other_key FOREIGN KEY (customer) REFERENCES sales.customers);
CREATE INDEX own_name ON sales.events_2025 (kind);
CREATE INDEX own_double ON sales.events_2025 (kind);
ALTER TABLE sales.events ATTACH PARTITION sales.events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales.events_rest PARTITION OF sales.events DEFAULT PARTITION BY RANGE (at, id);
CREATE TABLE sales.events_rest_a PARTITION OF sales.events_rest FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2024-01-01 12:00+02', 7);
CREATE TABLE sales.listed (id integer PRIMARY KEY, kind text, "p.q" text) PARTITION BY LIST (id);
CREATE TABLE sales.listed_1 PARTITION OF sales.listed FOR VALUES IN (1, 2);
CREATE TABLE sales.hashed (id integer, t text) PARTITION BY HASH (id, lower(t));
CREATE TABLE sales.hashed_0 PARTITION OF sales.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sales.event_notes (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES sales.events (id, at));
CREATE VIEW sales.names WITH (security_barrier) AS SELECT id, name, sales.is_good(name) AS good FROM sales.customers;
CREATE VIEW sales.names_2 AS SELECT * FROM sales.names WHERE good WITH CASCADED CHECK OPTION;
CREATE VIEW sales.a_first AS SELECT * FROM sales.names_2;
CREATE VIEW sales.grouped AS SELECT id, name, count(*) AS n FROM sales.customers GROUP BY id;
ALTER VIEW sales.names ALTER COLUMN name SET DEFAULT 'nobody';
COMMENT ON COLUMN sales.names.good IS 'whether';
CREATE MATERIALIZED VIEW sales.totals AS SELECT name, count(*) AS n FROM sales.customers GROUP BY name WITH NO DATA;
CREATE UNIQUE INDEX totals_name ON sales.totals (name);
CREATE MATERIALIZED VIEW sales.filled WITH (fillfactor = 50) AS SELECT 1 AS one;
COMMENT ON MATERIALIZED VIEW sales.filled IS 'one';
CREATE FUNCTION sales.all_names() RETURNS SETOF sales.names LANGUAGE sql STABLE AS $$ SELECT * FROM sales.names $$;
CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF name ON sales.customers FOR EACH ROW WHEN (new.name IS NOT NULL) EXECUTE FUNCTION sales.touch('it''s');
CREATE TRIGGER off AFTER TRUNCATE ON sales.customers EXECUTE FUNCTION sales.touch();
ALTER TABLE sales.customers DISABLE TRIGGER off;
CREATE TRIGGER always AFTER DELETE ON sales.customers REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION sales.touch();
ALTER TABLE sales.customers ENABLE ALWAYS TRIGGER always;
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON sales.b DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales.touch();
CREATE TRIGGER on_partitions AFTER INSERT ON sales.events FOR EACH ROW EXECUTE FUNCTION sales.touch();
CREATE TRIGGER on_view INSTEAD OF INSERT ON sales.names FOR EACH ROW EXECUTE FUNCTION sales.touch();
COMMENT ON TRIGGER touched ON sales.customers IS 'touch';
ALTER TABLE sales.customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sales.customers AS RESTRICTIVE FOR UPDATE TO dbwright_reader_x, "dbwright odd-Name x" USING (name = CURRENT_USER) WITH CHECK (email IS NOT NULL);
CREATE POLICY everyone ON sales.customers USING (true);
COMMENT ON POLICY own ON sales.customers IS 'own rows';
CREATE TABLE "we ird.""Ns"."select" ("from" integer PRIMARY KEY, "a.b" serial, "😀" integer REFERENCES sales.b);
CREATE INDEX "ix . ""q""" ON "we ird.""Ns"."select" ("a.b", ("from" + 1));
ALTER TABLE "we ird.""Ns"."select" OWNER TO dbwright_writer_x;
CREATE VIEW "we ird.""Ns"."from" AS SELECT "from" AS "select" FROM "we ird.""Ns"."select";
CREATE TABLE "we ird.""Ns".nothing ();
GRANT SELECT, INSERT ON sales.customers TO dbwright_reader_x;
GRANT UPDATE ON sales.customers TO dbwright_reader_x WITH GRANT OPTION;
GRANT SELECT (id, c), UPDATE (c) ON sales.a TO PUBLIC;
GRANT SELECT (id) ON sales.b TO "dbwright odd-Name x";
GRANT USAGE ON SCHEMA sales TO PUBLIC;
GRANT CREATE ON SCHEMA public TO PUBLIC;
GRANT USAGE ON SEQUENCE sales.plain TO dbwright_reader_x;
GRANT ALL ON SEQUENCE sales.a_id_seq TO dbwright_reader_x;
REVOKE ALL ON FUNCTION sales.is_good(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION sales.touch() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sales.touch() TO dbwright_reader_x;
GRANT EXECUTE ON PROCEDURE sales.clean(interval) TO dbwright_reader_x;
REVOKE ALL ON TYPE sales.status FROM PUBLIC;
GRANT USAGE ON TYPE sales.positive TO dbwright_reader_x;
GRANT SELECT ON sales.names TO PUBLIC;
REVOKE INSERT ON sales.b FROM CURRENT_USER;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO dbwright_reader_x;
ALTER DEFAULT PRIVILEGES FOR ROLE dbwright_writer_x IN SCHEMA sales GRANT USAGE, SELECT ON SEQUENCES TO dbwright_reader_x WITH GRANT OPTION;
CREATE FUNCTION sales.noted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER noted ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION sales.noted();
ALTER EVENT TRIGGER noted DISABLE;
COMMENT ON EVENT TRIGGER noted IS 'noted';
CREATE STATISTICS sales.together ON name, email FROM sales.customers;
CREATE RULE nothing AS ON DELETE TO sales.pairs DO INSTEAD NOTHING;

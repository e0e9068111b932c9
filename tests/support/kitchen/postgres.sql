CREATE SCHEMA audit;
CREATE TYPE mood AS ENUM ('ok', 'it''s bad', 'so:so', 'a\b');
CREATE TYPE audit.level AS ENUM ('low', 'high');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE free_seq INCREMENT 5;
CREATE TABLE "order" (id bigint GENERATED ALWAYS AS IDENTITY (START 10) PRIMARY KEY, "select" text, "qu""ote" varchar(20) DEFAULT 'x''y:z',
  metadata jsonb DEFAULT '{"a": 1}'::jsonb, registry text, "class" int, "emoji 😀" int, "1st" int, text text DEFAULT 'x', uuid uuid, "int" int,
  "type" mood DEFAULT 'so:so', "a.b" int, "100%" numeric(10,2) DEFAULT 1.50);
COMMENT ON TABLE "order" IS 'it''s | a "table" \ with :colon %s';
COMMENT ON COLUMN "order"."select" IS 'col | it''s';
CREATE TABLE no_key (a int, b text, "c d" timestamptz DEFAULT now(), order_id bigint REFERENCES "order"(id));
CREATE TABLE typed (id serial PRIMARY KEY, si smallserial, b boolean DEFAULT true NOT NULL, b2 boolean DEFAULT false, d date DEFAULT CURRENT_DATE, t time,
  tz time with time zone, t3 time(3), ts timestamp, tstz timestamptz DEFAULT now() NOT NULL, ts3 timestamp(3), iv interval, u uuid DEFAULT gen_random_uuid(),
  j json, jb jsonb, x xml, r4 real, r8 double precision, n numeric, n2 numeric(8), n3 numeric(12,4) DEFAULT 0, m money, c char(3), v varchar,
  v5 varchar(5) DEFAULT 'abc', tx text DEFAULT '', by bytea DEFAULT '\xdead', bi bit(4) DEFAULT B'1010', bv bit varying, ip inet, ia int[], tag mood[],
  i4r int4range, pt point, p positive, arr text[] DEFAULT '{}'::text[], neg int DEFAULT -1, big bigint DEFAULT 9223372036854775807,
  calc int GENERATED ALWAYS AS (1 + 2) STORED, full_name text GENERATED ALWAYS AS (v5 || ' ' || tx) STORED, lowered text COLLATE "C",
  later timestamptz DEFAULT (now() + '1 day'::interval), state varchar(9) CHECK (state IN ('new', 'old')));
CREATE TABLE audit.log (id uuid PRIMARY KEY, lvl audit.level NOT NULL DEFAULT 'high', parent uuid REFERENCES audit.log,
  order_id bigint REFERENCES public."order" ON DELETE CASCADE, UNIQUE (lvl, parent));
CREATE TABLE audit."order" (id int PRIMARY KEY, "order" int);
CREATE TABLE cyc_a (id int PRIMARY KEY, b_id int, boss_id int REFERENCES cyc_a);
CREATE TABLE cyc_b (id int PRIMARY KEY, a_id int NOT NULL UNIQUE REFERENCES cyc_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE cyc_a ADD CONSTRAINT cyc_a_b FOREIGN KEY (b_id) REFERENCES cyc_b ON DELETE SET NULL;
CREATE TABLE comp (x int, y varchar(10), z int, PRIMARY KEY (y, x), CONSTRAINT "odd uq" UNIQUE (z, x), CONSTRAINT zpos CHECK (z > 0 AND y <> 'a:b' AND y LIKE '%x%'));
CREATE TABLE comp_child (id int PRIMARY KEY, cx int, cy varchar(10), py varchar(10), FOREIGN KEY (cy, cx) REFERENCES comp (y, x),
  FOREIGN KEY (py, cx) REFERENCES comp (y, x) ON DELETE SET NULL);
CREATE TABLE tree (a int, b int, pa int, pb int, PRIMARY KEY (a, b), FOREIGN KEY (pa, pb) REFERENCES tree);
CREATE TABLE text_keys (code text PRIMARY KEY, grp text UNIQUE);
CREATE TABLE text_child (id int PRIMARY KEY, code text REFERENCES text_keys, b bytea, grp text REFERENCES text_keys(grp));
CREATE TABLE a_very_long_table_name_of_sixty_three_characters_aaaaaaaaaaaaaa (a_very_long_column_name_of_sixty_three_characters_bbbbbbbbbbbbb int PRIMARY KEY, st mood, d positive);
CREATE INDEX ix_v ON typed (v5 DESC, d);
CREATE INDEX ix_l ON typed (lower(v5));
CREATE UNIQUE INDEX ix_p ON typed (neg) WHERE b AND v5 <> 'a:b';
CREATE INDEX ix_inc ON typed (d) INCLUDE (v5);
CREATE INDEX ix_gin ON typed USING gin (jb);
CREATE INDEX ix_nulls ON typed (ts DESC NULLS LAST);
CREATE INDEX "odd ix 😀" ON "order" ("select", "qu""ote");
CREATE INDEX ix_bytes ON text_child (b);
CREATE VIEW v AS SELECT id, "select" FROM "order" WHERE id > 1;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE INSERT ON comp FOR EACH ROW EXECUTE FUNCTION f();

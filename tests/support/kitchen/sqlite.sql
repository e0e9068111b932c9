CREATE TABLE "order" (id INTEGER PRIMARY KEY AUTOINCREMENT, "select" TEXT, "qu""ote" varchar(20) DEFAULT 'x''y:z', metadata JSON, registry TEXT, class INT, "emoji 😀" INT, "1st" INT,
  "a.b" INT, "100%" NUMERIC(10,2) DEFAULT 1.50, date DATE, "Order" INT);
CREATE TABLE no_key (a, b TEXT, "c d" TIMESTAMP DEFAULT CURRENT_TIMESTAMP, order_id INTEGER REFERENCES "order"(id), UNIQUE(a, b));
CREATE TABLE typed (id INTEGER PRIMARY KEY, b BOOLEAN DEFAULT 1 NOT NULL, b2 BOOLEAN DEFAULT FALSE, ti TINYINT, d DATE DEFAULT (date('now')), dt DATETIME DEFAULT (datetime('now')),
  ts TIMESTAMP DEFAULT CURRENT_TIMESTAMP, f FLOAT, r REAL DEFAULT 1.5, n NUMERIC, dd DECIMAL(12,4), c CHARACTER(3), v VARCHAR(50) COLLATE NOCASE, tx TEXT DEFAULT '', bl BLOB DEFAULT x'dead',
  j JSON DEFAULT '{}', anyt, odd STRANGE TYPE(1,2), calc INT AS (ti + 1) STORED, neg INT DEFAULT -1, nn INT NOT NULL DEFAULT 0, k TEXT DEFAULT (lower(hex(randomblob(4)))),
  st TEXT CHECK (st IN ('a', 'b:c')), CHECK (nn >= 0 AND v <> 'a:b'), CONSTRAINT "odd ck" CHECK (length(v) < 50), CONSTRAINT uq UNIQUE (v, c));
CREATE TABLE cyc_a (id INTEGER PRIMARY KEY, b_id INT REFERENCES cyc_b(id) ON DELETE SET NULL, boss_id INT REFERENCES cyc_a);
CREATE TABLE cyc_b (id INTEGER PRIMARY KEY, a_id INT NOT NULL UNIQUE REFERENCES cyc_a DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE comp (x INT, y VARCHAR(10), z INT, PRIMARY KEY (y, x), CONSTRAINT "odd uq" UNIQUE (z, x));
CREATE TABLE comp_child (id INTEGER PRIMARY KEY, cx INT, cy VARCHAR(10), FOREIGN KEY (cy, cx) REFERENCES comp (y, x) ON UPDATE CASCADE);
CREATE TABLE tree (a INT, b INT, pa INT, pb INT, PRIMARY KEY (a, b), FOREIGN KEY (pa, pb) REFERENCES tree);
CREATE TABLE nr (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE strict_t (id INTEGER PRIMARY KEY, t TEXT NOT NULL, i INT) STRICT;
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1 (id INTEGER PRIMARY KEY, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1 INT, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2 INT CHECK (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2 > 0));
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2 (id INTEGER PRIMARY KEY, p INT REFERENCES aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1(id));
CREATE INDEX iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii1 ON aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2 (p);
CREATE INDEX ix1 ON typed (v DESC, d);
CREATE INDEX ix2 ON typed (lower(c));
CREATE UNIQUE INDEX ix3 ON typed (neg) WHERE b AND v <> 'a:b';
CREATE INDEX "odd ix 😀" ON "order" ("select");
CREATE VIEW v AS SELECT id, "select" FROM "order" WHERE id > 1;
CREATE TRIGGER tr AFTER INSERT ON comp BEGIN UPDATE comp SET z = 1; END;

-- What can become of a schema. Each case begins with ==, its name, the start that it builds upon, and the product that it is for
-- where not both have it; before -- goal stands what the start has besides, after it what a person would write to reach the goal.

-- start items
CREATE TABLE kinds (id int NOT NULL PRIMARY KEY, name varchar(20) NOT NULL, UNIQUE KEY by_name (name));
CREATE TABLE items (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, kind_id int, label varchar(20) DEFAULT 'it''s' COMMENT 'what it''s called',
  price decimal(8,2) NOT NULL DEFAULT 0, note text, latin varchar(20) CHARACTER SET latin1, mood enum('sad','ok') DEFAULT 'ok',
  touched timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, doubled int AS (kind_id * 2) VIRTUAL,
  KEY by_kind (kind_id), KEY by_label (label(5)), CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id),
  CONSTRAINT not_negative CHECK (price >= 0)
) DEFAULT CHARSET utf8mb4;
CREATE TABLE log (id int NOT NULL, what varchar(20) NOT NULL DEFAULT '', at datetime);
CREATE VIEW priced AS SELECT id, label, price FROM items;
INSERT INTO kinds VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO items (kind_id, label, price, note) VALUES (1, 'x', 1.5, 'n'), (2, 'y', 2.5, NULL), (3, NULL, 3, 'ü');
INSERT INTO log VALUES (1, 'made', '2024-01-01');

-- start code
CREATE TABLE notes (id int PRIMARY KEY, body varchar(100));
CREATE TABLE seen (id int, at timestamp);
CREATE TRIGGER watch AFTER INSERT ON notes FOR EACH ROW INSERT INTO seen (id) VALUES (new.id);
CREATE TRIGGER `then` AFTER INSERT ON notes FOR EACH ROW FOLLOWS watch SET @last = new.id;
CREATE FUNCTION plus_one(a int) RETURNS int DETERMINISTIC RETURN a + 1;
CREATE PROCEDURE tidy() DELETE FROM notes WHERE body = '';
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM seen;
CREATE VIEW short AS SELECT id FROM notes WHERE body <> '';
CREATE VIEW shorter AS SELECT id FROM short;

-- start parted
CREATE TABLE parted (id int NOT NULL, at int NOT NULL, what varchar(10), PRIMARY KEY (id, at))
 PARTITION BY RANGE (at) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
INSERT INTO parted VALUES (1, 5, 'a'), (2, 15, 'b');

-- == a table is created
-- goal
CREATE TABLE `my table` (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `or``der` varchar(20) NOT NULL DEFAULT 'a\\b', KEY k (`or``der`)) COMMENT 'it''s';

-- == tables in a circle are created
-- goal
CREATE TABLE a (id int NOT NULL PRIMARY KEY, b int, KEY b (b));
CREATE TABLE b (id int NOT NULL PRIMARY KEY, a int, KEY a (a), CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);

-- == a table with triggers is created
-- goal
CREATE TABLE t (id int PRIMARY KEY);
CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET new.id = new.id + 1;
CREATE TRIGGER two BEFORE INSERT ON t FOR EACH ROW SET new.id = new.id + 2;

-- == a table is dropped, from items
-- goal
DROP TABLE log;

-- == columns are added, from items
-- goal
ALTER TABLE items ADD COLUMN one int, ADD COLUMN two varchar(30) NOT NULL DEFAULT 'x', ADD COLUMN three json;

-- == a column is added in the middle, from items
-- goal
ALTER TABLE log ADD COLUMN who varchar(20) COMMENT 'a; b' AFTER id;

-- == a column is added in front, from items
-- goal
ALTER TABLE log ADD COLUMN who varchar(20) FIRST;

-- == a column that numbers itself is added, from items
-- goal
ALTER TABLE log ADD COLUMN number int NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (number);

-- == a computed column is added, from items
-- goal
ALTER TABLE log ADD COLUMN twice int AS (id * 2) VIRTUAL, ADD COLUMN thrice int AS (id * 3) STORED;

-- == a column with a check is added, from items
-- goal
ALTER TABLE log ADD COLUMN size int, ADD CONSTRAINT positive CHECK (size > 0);

-- == a column with its own check is added, from items, mariadb
-- goal
ALTER TABLE log ADD COLUMN size int CHECK (size > 0);

-- == columns are dropped, from items
-- goal
ALTER TABLE items DROP COLUMN note, DROP COLUMN latin;

-- == the column of a key is dropped, from items
-- goal
ALTER TABLE items DROP FOREIGN KEY of_kind, DROP COLUMN doubled, DROP COLUMN kind_id;

-- == the column that numbers itself is dropped, from items
-- goal
ALTER TABLE items DROP COLUMN id;

-- == a column gets another type, from items
-- goal
ALTER TABLE items MODIFY COLUMN label varchar(200) DEFAULT 'it''s' COMMENT 'what it''s called', MODIFY COLUMN price decimal(12,4) NOT NULL DEFAULT 0;

-- == a column becomes NOT NULL, from items
-- goal
ALTER TABLE log MODIFY COLUMN at datetime NOT NULL;

-- == a column may be NULL, from items
-- goal
ALTER TABLE log MODIFY COLUMN what varchar(20) NULL DEFAULT '';

-- == defaults change, from items
-- goal
ALTER TABLE items ALTER COLUMN label DROP DEFAULT, ALTER COLUMN price SET DEFAULT 7, MODIFY COLUMN touched timestamp NULL DEFAULT CURRENT_TIMESTAMP;

-- == a default becomes the current time, from items
-- goal
ALTER TABLE log MODIFY COLUMN at datetime DEFAULT CURRENT_TIMESTAMP;

-- == a list of values gets longer, from items
-- goal
ALTER TABLE items MODIFY COLUMN mood enum('sad','ok','happy') DEFAULT 'ok';

-- == a column gets a comment and hides, from items
-- goal
ALTER TABLE log MODIFY COLUMN at datetime INVISIBLE COMMENT 'when; it''s';

-- == a column gets another character set, from items
-- goal
ALTER TABLE items MODIFY COLUMN latin varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- == a column stops numbering itself, from items
-- goal
ALTER TABLE items MODIFY COLUMN id int NOT NULL;

-- == both sides of a foreign key get another type, from items
-- goal
ALTER TABLE items DROP FOREIGN KEY of_kind;
ALTER TABLE items MODIFY COLUMN kind_id bigint;
ALTER TABLE kinds MODIFY COLUMN id bigint NOT NULL;
ALTER TABLE items ADD CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id);

-- == columns change places, from items
-- goal
ALTER TABLE log MODIFY COLUMN at datetime FIRST, MODIFY COLUMN what varchar(20) NOT NULL DEFAULT '' AFTER at;

-- == the primary key changes, from items
CREATE TABLE keyed (a int NOT NULL PRIMARY KEY, b int NOT NULL);
-- goal
ALTER TABLE keyed DROP PRIMARY KEY, ADD PRIMARY KEY (b, a);

-- == the primary key of a column that numbers itself changes, from items
-- goal
ALTER TABLE items DROP PRIMARY KEY, ADD PRIMARY KEY (id, price);

-- == a primary key is added, from items
-- goal
ALTER TABLE log ADD PRIMARY KEY (id);

-- == a table loses its primary key, from items
CREATE TABLE keyed (a int NOT NULL PRIMARY KEY, b int);
-- goal
ALTER TABLE keyed DROP PRIMARY KEY;

-- == a foreign key changes, from items
-- goal
ALTER TABLE items DROP FOREIGN KEY of_kind;
ALTER TABLE items ADD CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id) ON DELETE CASCADE;

-- == a foreign key is added, from items
-- goal
ALTER TABLE log ADD KEY to_kind (id), ADD CONSTRAINT to_kind FOREIGN KEY (id) REFERENCES kinds (id);

-- == a unique constraint is added, from items
-- goal
ALTER TABLE log ADD UNIQUE KEY once (what, id);

-- == a unique constraint is dropped, from items
-- goal
ALTER TABLE kinds DROP INDEX by_name;

-- == indexes come, go and change, from items
-- goal
ALTER TABLE items DROP INDEX by_label, ADD KEY by_price (price DESC, label), ADD FULLTEXT KEY words (note), ADD KEY by_mood (mood) COMMENT 'm';

-- == an index changes under its name, from items
-- goal
ALTER TABLE items DROP INDEX by_kind, ADD KEY by_kind (kind_id, price);

-- == an index is renamed, from items
-- goal
ALTER TABLE items RENAME INDEX by_label TO by_short_label;

-- == an index is hidden, from items, mysql
-- goal
ALTER TABLE items ALTER INDEX by_label INVISIBLE;

-- == an index is ignored, from items, mariadb
-- goal
ALTER TABLE items ALTER INDEX by_label IGNORED;

-- == an index over an expression, from items, mysql
-- goal
ALTER TABLE log ADD KEY by_lower ((lower(what)));

-- == checks come and go, from items
-- goal
ALTER TABLE items DROP CONSTRAINT not_negative, ADD CONSTRAINT small CHECK (price < 1000 and kind_id > 0);

-- == a check changes, from items
-- goal
ALTER TABLE items DROP CONSTRAINT not_negative;
ALTER TABLE items ADD CONSTRAINT not_negative CHECK (price > -1);

-- == a check is no longer enforced, from items, mysql
-- goal
ALTER TABLE items ALTER CHECK not_negative NOT ENFORCED;

-- == a table gets a comment and a row format, from items
-- goal
ALTER TABLE log COMMENT 'it''s; new', ROW_FORMAT=COMPRESSED, STATS_PERSISTENT=1;

-- == a table gets another engine, from items
-- goal
ALTER TABLE log ENGINE=MyISAM;

-- == the columns of a table follow its character set, from items
-- goal
ALTER TABLE items MODIFY label varchar(20) CHARACTER SET latin1 DEFAULT 'it''s' COMMENT 'what it''s called',
 MODIFY note text CHARACTER SET latin1, MODIFY mood enum('sad','ok') CHARACTER SET latin1 DEFAULT 'ok', DEFAULT CHARSET latin1;

-- == only new columns get another character set, from items
-- goal
ALTER TABLE items DEFAULT CHARSET latin1;

-- == a table gets system versioning, from items, mariadb
-- goal
ALTER TABLE log ADD SYSTEM VERSIONING;

-- == a partition is added, from parted
-- goal
ALTER TABLE parted ADD PARTITION (PARTITION `p 2` VALUES LESS THAN MAXVALUE);

-- == a table is partitioned otherwise, from parted
-- goal
ALTER TABLE parted PARTITION BY HASH (at) PARTITIONS 3;

-- == a table loses its partitions, from parted
-- goal
ALTER TABLE parted REMOVE PARTITIONING;

-- == a table is partitioned, from items
-- goal
ALTER TABLE log PARTITION BY KEY (id) PARTITIONS 2;

-- == a trigger changes, from code
-- goal
DROP TRIGGER watch;
CREATE TRIGGER watch AFTER INSERT ON notes FOR EACH ROW PRECEDES `then` INSERT INTO seen (id) VALUES (new.id + 1);

-- == triggers go, from code
-- goal
DROP TRIGGER `then`;
DROP TRIGGER watch;

-- == a trigger comes with its own mode, from code
-- goal
SET SESSION sql_mode = 'ANSI_QUOTES';
CREATE TRIGGER odd BEFORE UPDATE ON notes FOR EACH ROW SET new."body" = 'x; y';

-- == routines change, from code
-- goal
DROP FUNCTION plus_one;
CREATE FUNCTION plus_one(a int) RETURNS int DETERMINISTIC COMMENT 'it''s' RETURN a + 1 + 0;
DROP PROCEDURE tidy;
CREATE PROCEDURE tidy() SQL SECURITY INVOKER DELETE FROM notes WHERE body = 'x;';

-- == a routine gets other parameters, from code
-- goal
DROP FUNCTION plus_one;
CREATE FUNCTION plus_one(a bigint) RETURNS bigint DETERMINISTIC RETURN a + 1;

-- == routines and events go, from code
-- goal
DROP FUNCTION plus_one;
DROP PROCEDURE tidy;
DROP EVENT nightly;

-- == an event changes, from code
-- goal
DROP EVENT nightly;
CREATE EVENT nightly ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 00:00:00' DISABLE COMMENT 'new' DO DELETE FROM seen WHERE id > 3;

-- == a view changes under another, from code
-- goal
CREATE OR REPLACE SQL SECURITY INVOKER VIEW short AS SELECT id, body FROM notes WHERE body <> 'é';

-- == views go, from code
-- goal
DROP VIEW shorter;
DROP VIEW short;

-- == views come, from code
-- goal
CREATE VIEW top AS SELECT max(id) AS id FROM shorter;
CREATE VIEW kept AS SELECT id, body FROM notes WHERE id > 0 WITH CASCADED CHECK OPTION;

-- == a sequence comes, mariadb
-- goal
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3 MAXVALUE 100 CYCLE;

-- == a sequence changes, mariadb
CREATE SEQUENCE numbers START WITH 5;
-- goal
ALTER SEQUENCE numbers INCREMENT 7 MAXVALUE 500 CACHE 5;

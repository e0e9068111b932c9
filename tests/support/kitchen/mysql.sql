CREATE TABLE `order` (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, `select` text, `qu"ote` varchar(20) DEFAULT 'x''y:z', `back``tick` int, metadata json,
  registry text, `class` int, `1st` int, `type` enum('ok','it''s bad','so:so') DEFAULT 'so:so', `a.b` int, `100%` decimal(10,2) DEFAULT 1.50) COMMENT='it''s | a "table" with :colon %s';
CREATE TABLE no_key (a int, b text, `c d` timestamp DEFAULT CURRENT_TIMESTAMP, order_id bigint unsigned, FOREIGN KEY (order_id) REFERENCES `order`(id));
CREATE TABLE typed (id int AUTO_INCREMENT PRIMARY KEY, b tinyint(1) DEFAULT 1 NOT NULL, b2 boolean DEFAULT false, ti tinyint, tu tinyint unsigned, mu mediumint unsigned,
  iu int unsigned DEFAULT 5, bu bigint unsigned, d date DEFAULT '2020-01-01', t3 time(3), dt datetime DEFAULT CURRENT_TIMESTAMP,
  dt6 datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), ts timestamp NULL, y year DEFAULT 2020, f float, du double unsigned, dd decimal(12,4) unsigned,
  c char(3), v varchar(50) COLLATE utf8mb4_bin, tt tinytext, mt mediumtext, bi binary(4), vb varbinary(7), bl blob, bt bit(4) DEFAULT b'1010', st set('a','b') DEFAULT 'a',
  en enum('x','y') NOT NULL DEFAULT 'x', j json, calc int AS (mu + 1) STORED, calv varchar(60) AS (concat(v, ' ', c)) VIRTUAL, ed int DEFAULT (1 + 2),
  com int COMMENT 'it''s | x', neg int DEFAULT -1, FULLTEXT ftx (mt), KEY ixp (tt(10)), KEY ixd (v, d), UNIQUE uqv (v(5)), UNIQUE uqtu (tu), CHECK (iu > 0 and v <> 'a:b'));
CREATE TABLE cyc_a (id int PRIMARY KEY, b_id int, boss_id int, FOREIGN KEY (boss_id) REFERENCES cyc_a(id));
CREATE TABLE cyc_b (id int PRIMARY KEY, a_id int NOT NULL UNIQUE, FOREIGN KEY (a_id) REFERENCES cyc_a(id));
ALTER TABLE cyc_a ADD CONSTRAINT cyc_a_b FOREIGN KEY (b_id) REFERENCES cyc_b(id) ON DELETE SET NULL;
CREATE TABLE comp (x int, y varchar(10), z int, PRIMARY KEY (y, x), CONSTRAINT `odd uq` UNIQUE (z, x), CONSTRAINT zpos CHECK (z > 0));
CREATE TABLE comp_child (id int PRIMARY KEY, cx int, cy varchar(10), FOREIGN KEY (cy, cx) REFERENCES comp (y, x) ON UPDATE CASCADE);
CREATE TABLE tree (a int, b int, pa int, pb int, PRIMARY KEY (a, b), FOREIGN KEY (pa, pb) REFERENCES tree (a, b));
CREATE TABLE uniq_ref (id int PRIMARY KEY, code varchar(8) UNIQUE, KEY same (code, id));
CREATE TABLE uniq_child (id int PRIMARY KEY, code varchar(8), KEY same (code), FOREIGN KEY (code) REFERENCES uniq_ref (code));
CREATE TABLE numbered (id int PRIMARY KEY, place int AUTO_INCREMENT UNIQUE);
CREATE VIEW v AS SELECT id, `select` FROM `order` WHERE id > 1;
CREATE TRIGGER tr BEFORE INSERT ON comp FOR EACH ROW SET NEW.z = 1;

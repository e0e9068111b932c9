-- Keys as MySQL and MariaDB have them.
CREATE TABLE tenant (id smallint unsigned PRIMARY KEY AUTO_INCREMENT, name varchar(40) NOT NULL UNIQUE);
CREATE TABLE team (tenant_id smallint unsigned NOT NULL, id int NOT NULL, name varchar(30) NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name), FOREIGN KEY (tenant_id) REFERENCES tenant (id));
CREATE TABLE account (tenant_id smallint unsigned NOT NULL, id bigint unsigned NOT NULL AUTO_INCREMENT, team_id int, email varchar(60) NOT NULL, deleted_at datetime, living tinyint GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN 1 END) STORED,
  manager_id bigint unsigned, PRIMARY KEY (tenant_id, id), KEY (id), UNIQUE (email, living), FOREIGN KEY (tenant_id, team_id) REFERENCES team (tenant_id, id), FOREIGN KEY (tenant_id, manager_id) REFERENCES account (tenant_id, id));
CREATE TABLE colour (c enum('Red','green') PRIMARY KEY, s set('a','b','c') UNIQUE);
CREATE TABLE tags (id binary(16) PRIMARY KEY, label varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL UNIQUE, long_text text NOT NULL, UNIQUE KEY (long_text(10)));
CREATE TABLE tag_account (tag_id binary(16) NOT NULL, tenant_id smallint unsigned NOT NULL, account_id bigint unsigned NOT NULL, PRIMARY KEY (tag_id, tenant_id, account_id), FOREIGN KEY (tag_id) REFERENCES tags (id), FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id));
CREATE TABLE hen (id int PRIMARY KEY, egg_id int NOT NULL UNIQUE);
CREATE TABLE egg (id int PRIMARY KEY, hen_id int NOT NULL UNIQUE, FOREIGN KEY (hen_id) REFERENCES hen (id));
ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg (id);
CREATE TABLE tree (id tinyint unsigned PRIMARY KEY, up tinyint unsigned NOT NULL, FOREIGN KEY (up) REFERENCES tree (id));
CREATE TABLE amount (id decimal(10,0) PRIMARY KEY, code char(3) NOT NULL UNIQUE CHECK (code REGEXP '^[A-Z]{3}$'), qty int NOT NULL CHECK (qty BETWEEN 1 AND 9), price decimal(6,2) NOT NULL, total decimal(10,2) GENERATED ALWAYS AS (qty * price) STORED, y year NOT NULL, UNIQUE (y, code));
CREATE TABLE m (id int NOT NULL AUTO_INCREMENT, at datetime NOT NULL, k varchar(10), PRIMARY KEY (id, at)) PARTITION BY RANGE (year(at)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN (2024));
CREATE TABLE l2 (id int NOT NULL, k int NOT NULL, PRIMARY KEY (id, k)) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1,2), PARTITION p1 VALUES IN (5,7));
CREATE TABLE log_ (id int PRIMARY KEY AUTO_INCREMENT, what varchar(20), account_id bigint unsigned);
CREATE TABLE watched (id int PRIMARY KEY, `weird ``name` varchar(10) NOT NULL UNIQUE, `select` date NOT NULL, `to` date NOT NULL, CHECK (`select` <= `to`));
CREATE TRIGGER w AFTER INSERT ON watched FOR EACH ROW INSERT INTO log_ (what) VALUES (NEW.id);
CREATE TABLE subscription (id int PRIMARY KEY AUTO_INCREMENT, tenant_id smallint unsigned NOT NULL, status enum('trial','active','cancelled') NOT NULL,
  current_tenant smallint unsigned GENERATED ALWAYS AS (CASE WHEN status <> 'cancelled' THEN tenant_id END) STORED UNIQUE, FOREIGN KEY (tenant_id) REFERENCES tenant (id));

-- ALTER TABLE, clause by clause: what each needs is predicted and then tried. Each start stands before the clauses for its table,
-- one a line; those that a product does not know are passed over there.

-- table t
create table parent (id int not null primary key, code varchar(20) not null, unique key uc (code));
insert into parent values (1,'a'),(2,'b');
create table t (id int not null auto_increment primary key, a int, b varchar(50) not null default 'x', c varchar(200), d text, e enum('a','b'), st int not null default 0, dec1 decimal(10,2), dt datetime, ts timestamp null, pid int, f1 int, g1 int as (a+1) virtual, g2 int as (a+2) stored, ck int, la varchar(20) character set latin1, u3 varchar(20) character set utf8mb3, nul varchar(10) null, ch char(5), bl blob, key ia (a), unique key ub (b), key ip (pid), key ic (c), key iu3 (u3), constraint chk1 check (ck > 0), constraint fkp foreign key (pid) references parent(id)) engine=InnoDB charset utf8mb4;
insert into t (a,b,c,d,e,pid,ck) values (1,'p','q','r','a',1,5),(2,'p2','q','r','b',2,6);
create table child (id int primary key, tid int, key (tid), constraint fkt foreign key (tid) references t (id));
-- clauses
ADD COLUMN n1 int
ADD COLUMN n1 int NOT NULL DEFAULT 5
ADD COLUMN n1 int AFTER a
ADD COLUMN n1 int FIRST
ADD COLUMN n1 timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
ADD COLUMN n1 varchar(36) NOT NULL DEFAULT (uuid())
ADD COLUMN n1 int CHECK (n1 > 0)
ADD COLUMN n1 int UNIQUE
ADD COLUMN n1 int, ADD KEY n1 (n1)
ADD COLUMN n1 int, ADD COLUMN n2 int
ADD COLUMN n1 int AS (a*2) VIRTUAL
ADD COLUMN n1 int AS (a*2) STORED
ADD COLUMN n1 int REFERENCES parent (id)
DROP COLUMN d
DROP COLUMN a, DROP COLUMN g1, DROP COLUMN g2
DROP COLUMN c
DROP COLUMN g1
DROP COLUMN g2
DROP COLUMN dt, ADD COLUMN q int
RENAME COLUMN d TO dd
RENAME COLUMN a TO aa
RENAME COLUMN id TO idd
RENAME COLUMN pid TO pidd
RENAME COLUMN ck TO ckk
CHANGE COLUMN d dd text
MODIFY COLUMN dt datetime AFTER id
MODIFY COLUMN dt datetime FIRST
MODIFY COLUMN g1 int as (a+1) virtual FIRST
MODIFY COLUMN g2 int as (a+2) stored FIRST
ALTER COLUMN st SET DEFAULT 4
ALTER COLUMN st DROP DEFAULT
ALTER COLUMN c SET DEFAULT (uuid())
MODIFY COLUMN ts timestamp NULL DEFAULT CURRENT_TIMESTAMP
MODIFY COLUMN ts timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
MODIFY COLUMN a bigint
MODIFY COLUMN f1 bigint
MODIFY COLUMN f1 int unsigned
MODIFY COLUMN f1 smallint
MODIFY COLUMN f1 varchar(20)
MODIFY COLUMN dec1 decimal(12,2)
MODIFY COLUMN dec1 decimal(10,1)
MODIFY COLUMN dt datetime(3)
MODIFY COLUMN dt timestamp null
MODIFY COLUMN b varchar(60) not null default 'x'
MODIFY COLUMN b varchar(63) not null default 'x'
MODIFY COLUMN b varchar(64) not null default 'x'
MODIFY COLUMN b varchar(300) not null default 'x'
MODIFY COLUMN c varchar(300)
MODIFY COLUMN c varchar(100)
MODIFY COLUMN nul varchar(20)
MODIFY COLUMN nul varchar(100)
MODIFY COLUMN nul varchar(5)
MODIFY COLUMN nul text
MODIFY COLUMN nul char(10)
MODIFY COLUMN d mediumtext
MODIFY COLUMN d varchar(500)
MODIFY COLUMN ch char(10)
MODIFY COLUMN bl longblob
MODIFY COLUMN e enum('a','b','c')
MODIFY COLUMN e enum('a','c','b')
MODIFY COLUMN e enum('a')
MODIFY COLUMN nul varchar(10) not null
MODIFY COLUMN a int not null
MODIFY COLUMN st int null default 0
MODIFY COLUMN b varchar(50) null default 'x'
MODIFY COLUMN nul varchar(10) null comment 'hello'
MODIFY COLUMN nul varchar(10) null invisible
MODIFY COLUMN la varchar(20) character set utf8mb4
MODIFY COLUMN u3 varchar(20) character set utf8mb4
MODIFY COLUMN nul varchar(10) collate utf8mb4_bin
MODIFY COLUMN nul varchar(10) check (nul <> 'x')
MODIFY COLUMN g1 int as (a+7) virtual
MODIFY COLUMN g2 int as (a+7) stored
MODIFY COLUMN g2 int
MODIFY COLUMN g1 int
MODIFY COLUMN id int NOT NULL
MODIFY COLUMN pid bigint
ADD KEY k1 (dt)
ADD UNIQUE KEY k1 (dt)
ADD KEY k1 ((a+1))
ADD KEY k1 (g1)
ADD FULLTEXT KEY k1 (d)
DROP KEY ic
DROP KEY ub
DROP KEY ic, ADD KEY ic (c, dt)
RENAME KEY ic TO icc
ALTER INDEX ic INVISIBLE
ALTER INDEX ic IGNORED
DROP FOREIGN KEY fkp
DROP CHECK chk1
DROP CONSTRAINT chk1
ALTER CHECK chk1 NOT ENFORCED
COMMENT 'hi'
AUTO_INCREMENT = 1000
ENGINE=InnoDB
FORCE
ENGINE=MyISAM
ROW_FORMAT=DYNAMIC
ROW_FORMAT=COMPACT
ROW_FORMAT=COMPRESSED
KEY_BLOCK_SIZE=8
STATS_PERSISTENT=1
DEFAULT CHARACTER SET latin1
DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
ORDER BY a
PAGE_COMPRESSED=1

-- table h
create table parent (id int not null primary key, code varchar(20) not null, unique key uc (code));
insert into parent values (1,'a'),(2,'b');
create table h (id int not null, v varchar(10), n int not null);
insert into h values (1,'a',1),(2,'b',2);
-- clauses
ADD COLUMN n1 int AUTO_INCREMENT PRIMARY KEY
ADD COLUMN n1 int AUTO_INCREMENT UNIQUE
ADD COLUMN n1 int PRIMARY KEY
MODIFY COLUMN id int NOT NULL AUTO_INCREMENT PRIMARY KEY
ADD PRIMARY KEY (id)
ADD PRIMARY KEY (v)
ADD CONSTRAINT fk9 FOREIGN KEY (n) REFERENCES parent (id)
ADD KEY kk (n), ADD CONSTRAINT fk9 FOREIGN KEY (n) REFERENCES parent (id)
ADD CONSTRAINT ck9 CHECK (n > 0)
ADD CONSTRAINT ck9 CHECK (n > 0) NOT ENFORCED
ENGINE=MyISAM
CONVERT TO CHARACTER SET latin1
CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
PARTITION BY HASH (id) PARTITIONS 3
ADD SYSTEM VERSIONING
MODIFY COLUMN v varchar(10) NOT NULL DEFAULT 'k'
ALTER COLUMN v SET INVISIBLE
MODIFY COLUMN v varchar(20)
MODIFY COLUMN v varchar(200)
MODIFY COLUMN v varchar(10) character set latin1
ADD CONSTRAINT UNIQUE uq (v)

-- table ft
create table ft (id int primary key, x text, fulltext key fx (x), y int, ga geometry not null, z int);
-- clauses
ADD COLUMN n1 int
DROP COLUMN y
MODIFY COLUMN y int FIRST
ADD FULLTEXT KEY k1 (x)
ADD SPATIAL KEY k1 (ga)
ADD KEY k1 (y)
FORCE

-- table cmp
create table cmp (id int primary key, x int, y int) row_format=compressed;
-- clauses
ADD COLUMN n1 int
DROP COLUMN y
DROP PRIMARY KEY
DROP PRIMARY KEY, ADD PRIMARY KEY (x)
MODIFY COLUMN x int NOT NULL
MODIFY COLUMN x int FIRST
RENAME COLUMN x TO xx

-- table r
create table r (id int not null, d int not null, primary key (id,d)) partition by range (d) (partition p0 values less than (10), partition p1 values less than (20));
-- clauses
ADD COLUMN n1 int
ADD PARTITION (PARTITION p2 VALUES LESS THAN (30))
DROP PARTITION p1
TRUNCATE PARTITION p1
REORGANIZE PARTITION p1 INTO (PARTITION p1a VALUES LESS THAN (15), PARTITION p1b VALUES LESS THAN (20))
REBUILD PARTITION p1
REMOVE PARTITIONING
DROP COLUMN d

-- table my
create table my (id int not null primary key, a int not null, v varchar(10), key k (v)) engine=MyISAM;
insert into my values (1,2,3);
-- clauses
ADD COLUMN n1 int
ENGINE=InnoDB
RENAME COLUMN a TO b
ALTER a SET DEFAULT 5
COMMENT 'x'
ADD KEY (a)
DROP KEY k
RENAME KEY k TO kk
DROP COLUMN v
MODIFY a int null
MODIFY v varchar(20)
MODIFY v varchar(10) comment 'x'
ENGINE=MyISAM
MODIFY v varchar(10) FIRST
DROP PRIMARY KEY

-- table parent
create table parent (id int not null primary key, code varchar(20) not null, unique key uc (code));
insert into parent values (1,'a'),(2,'b');
create table fkc (id int primary key, pid int, cid int, key (pid), key(cid), constraint c1 foreign key (pid) references parent (id));
-- clauses
RENAME COLUMN id TO idd
CONVERT TO CHARACTER SET utf8mb4

-- table hp
create table hp (id int not null primary key, d int) partition by hash (id) partitions 4;
-- clauses
ADD PARTITION PARTITIONS 2
COALESCE PARTITION 2

-- table w
create table w (id int not null primary key, a int not null, b int, c int, g int as (a+1) virtual, z int) charset utf8mb4;
insert into w (id,a,b) values (1,1,1);
-- clauses
ADD COLUMN n1 int
ADD COLUMN n1 int AFTER z
ADD COLUMN n1 int AFTER g
ADD COLUMN n1 int AFTER a
ADD COLUMN n1 int FIRST
DROP COLUMN b
DROP COLUMN z
DROP COLUMN b, DROP COLUMN z
DROP COLUMN b, ADD COLUMN q int
DROP COLUMN g, ADD COLUMN q int
DROP COLUMN g, DROP COLUMN a
ADD COLUMN q int as (b) virtual, ADD COLUMN r int
MODIFY z int AFTER id
MODIFY a int not null AFTER id
MODIFY a int null
MODIFY b int not null
MODIFY z int null
MODIFY c int not null
MODIFY b bigint
CHANGE b bb int
RENAME COLUMN b TO bb
RENAME COLUMN a TO aa

-- table w2
create table w2 (id int not null primary key, a int not null, b int, c int, g int as (a+1) virtual, z int, key(g)) charset utf8mb4;
insert into w2 (id,a,b) values (1,1,1);
-- clauses
ADD COLUMN n1 int AFTER a
ADD COLUMN n1 int AFTER g
DROP COLUMN b
DROP COLUMN g
FORCE
MODIFY b int not null
ADD COLUMN q int
ADD KEY (b)
ADD COLUMN q int as (a+2) virtual
ADD COLUMN q int as (a+2) virtual, ADD KEY (q)
MODIFY a int null
RENAME COLUMN b TO bb

-- table s
create table s (id int not null primary key, a int not null, b int, c int, g int as (a+1) stored, z int) charset utf8mb4;
insert into s (id,a,b) values (1,1,1);
-- clauses
ADD COLUMN n1 int AFTER a
ADD COLUMN n1 int FIRST
MODIFY z int AFTER id
DROP COLUMN b
DROP COLUMN g
DROP COLUMN a, DROP COLUMN g
MODIFY a int null
MODIFY b int not null

-- table p
create table parent (id int not null primary key, code varchar(20) not null, unique key uc (code));
insert into parent values (1,'a'),(2,'b');
create table p (id int not null primary key, a int not null, v varchar(10), k varchar(20), k2 varchar(20) character set utf8mb3, l1 varchar(20) character set latin1, asc1 varchar(20) character set ascii, ch char(10), tx text character set utf8mb3, key (k)) charset utf8mb4;
insert into p (id,a) values (1,1);
-- clauses
ADD COLUMN n1 int AFTER a
ADD COLUMN n1 int FIRST
DROP COLUMN v, ADD COLUMN q int
DROP COLUMN k
DROP COLUMN k, DROP KEY k
ADD COLUMN n1 int, MODIFY v varchar(10) not null
ADD COLUMN n1 int, ADD COLUMN n2 int AFTER a
RENAME COLUMN v TO vv, ADD COLUMN q int
RENAME COLUMN v TO vv, DROP COLUMN a
CHANGE v vv varchar(20)
CHANGE v vv varchar(200)
MODIFY v varchar(10) AFTER id
MODIFY v varchar(20) AFTER id
MODIFY v varchar(10) NOT NULL DEFAULT '' AFTER id
MODIFY k varchar(30)
MODIFY k varchar(70)
MODIFY k varchar(20) collate utf8mb4_bin
MODIFY v varchar(10) collate utf8mb4_bin
MODIFY v varchar(10) character set binary
MODIFY k2 varchar(20) character set utf8mb4
MODIFY k2 varchar(80) character set utf8mb4
MODIFY l1 varchar(20) character set utf8mb4
MODIFY l1 varchar(20) collate latin1_bin
MODIFY asc1 varchar(20) character set utf8mb4
MODIFY asc1 varchar(20) character set latin1
MODIFY ch char(20)
MODIFY ch char(10) collate utf8mb4_bin
MODIFY ch varchar(10)
MODIFY tx text character set utf8mb4
MODIFY tx text character set utf8mb3 collate utf8mb3_bin
CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
CONVERT TO CHARACTER SET utf8mb4
MODIFY a int not null comment 'x', ADD COLUMN r int
ALTER a SET DEFAULT 3, ADD KEY (a)
ADD KEY (a), ADD UNIQUE KEY (v)
ADD KEY (a), DROP COLUMN v
ADD KEY (a), RENAME COLUMN v TO vv
ADD CONSTRAINT c1 CHECK (a > 0), ADD COLUMN r int
ADD COLUMN r int not null, ADD CONSTRAINT c1 CHECK (r >= 0)
ADD COLUMN r int, ADD CONSTRAINT f FOREIGN KEY (r) REFERENCES parent (id)
COMMENT 'x', ADD COLUMN r int
ADD COLUMN j json
ADD COLUMN j json DEFAULT ('{}')
ADD COLUMN j int DEFAULT (1+1)
ADD COLUMN j text DEFAULT ('x')
ADD COLUMN j varchar(3) NOT NULL
ADD COLUMN j int INVISIBLE
ALTER INDEX k VISIBLE
DROP KEY k, ADD COLUMN q int
RENAME KEY k TO kk, ADD COLUMN q int
ADD COLUMN q int, COMMENT 'x', ALTER COLUMN a SET DEFAULT 1

-- table red
create table red (id int not null primary key, a int, nn int not null, v varchar(10)) row_format=redundant;
-- clauses
ADD COLUMN n1 int AFTER id
MODIFY a int not null
MODIFY nn int null
MODIFY v varchar(60)
MODIFY v varchar(10) AFTER id

-- table pk2
create table pk2 (id int not null, a int not null, b int, primary key (id, a), unique key (a), key (b));
-- clauses
DROP COLUMN a
RENAME COLUMN a TO aa
MODIFY a int not null AFTER b
MODIFY a int not null FIRST
DROP COLUMN b
DROP PRIMARY KEY, ADD PRIMARY KEY (a)

-- table nopk
create table nopk (a int, b int not null, unique key (b));
-- clauses
DROP COLUMN a
DROP KEY b
ADD PRIMARY KEY (a)

-- table fkc
create table parent (id int not null primary key, code varchar(20) not null, unique key uc (code));
insert into parent values (1,'a'),(2,'b');
create table fkc (id int primary key, pid int, cid int, key (pid), key(cid), constraint c1 foreign key (pid) references parent (id));
-- clauses
RENAME COLUMN pid TO pp
DROP FOREIGN KEY c1, DROP KEY pid
DROP FOREIGN KEY c1, DROP COLUMN pid
DROP FOREIGN KEY c1, ADD COLUMN q int
ADD CONSTRAINT c2 FOREIGN KEY (cid) REFERENCES fkc (id)

-- table sp
create table sp (id int not null primary key, g geometry not null, b int not null, spatial key (g));
-- clauses
ADD COLUMN q int
DROP COLUMN b
FORCE
MODIFY b int null
MODIFY b int not null first
ADD KEY (b)
DROP KEY g

-- table ai
create table ai (id int not null auto_increment primary key, a int);
insert into ai values (1,2);
-- clauses
MODIFY id int not null
MODIFY id int not null, DROP PRIMARY KEY
DROP PRIMARY KEY, DROP COLUMN id
DROP PRIMARY KEY, ADD KEY (id)
DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)
MODIFY id bigint not null auto_increment

-- table ft2
create table ft2 (id int primary key, x text, fulltext key fx (x), v varchar(10) not null default '');
-- clauses
MODIFY v varchar(20) not null default ''
RENAME COLUMN v TO vv
ALTER v SET DEFAULT 'q'
MODIFY v varchar(10) null
DROP KEY fx
ADD FULLTEXT KEY f2 (v)
ADD FULLTEXT KEY f2 (v), ADD FULLTEXT KEY f3 (x,v)
COMMENT 'x'
ADD COLUMN n int as (id+1) virtual
ADD COLUMN n int as (id+1) virtual AFTER id

-- table cg
create table cg (id int primary key, a int, b int as (a+1) virtual, c int, constraint cc check (c > 0 and a > 0));
insert into cg (id,a,c) values (1,1,1);
-- clauses
DROP CHECK cc, RENAME COLUMN c TO c2, ADD CONSTRAINT cc CHECK (c2 > 0)
DROP CONSTRAINT cc, RENAME COLUMN c TO c2, ADD CONSTRAINT cc CHECK (c2 > 0)
DROP CONSTRAINT cc, CHANGE COLUMN c c2 int, ADD CONSTRAINT cc CHECK (c2 > 0)
RENAME COLUMN a TO a2, MODIFY b int as (a2+1) virtual
CHANGE a a2 int, MODIFY b int as (a2+1) virtual
DROP CONSTRAINT cc, DROP COLUMN b, CHANGE a a2 int, ADD COLUMN b int as (a2+1) virtual AFTER a2
DROP CONSTRAINT cc, DROP COLUMN b, RENAME COLUMN a TO a2, ADD COLUMN b int as (a2+1) virtual AFTER a2
RENAME COLUMN c TO c2
ADD CONSTRAINT c9 CHECK (id > 0)
ADD CONSTRAINT c9 CHECK (id > 0) NOT ENFORCED
DROP CHECK cc, ADD CONSTRAINT c9 CHECK (c > 0)

-- table gs
create table gs (id int primary key, a int, b int as (a+1) stored);
-- clauses
RENAME COLUMN a TO a2
DROP COLUMN b, RENAME COLUMN a TO a2, ADD COLUMN b int as (a2+1) stored

-- table tx
create table tx (id int primary key, t1 varchar(10), t2 varchar(10) character set latin1) charset utf8mb4;
-- clauses
DEFAULT CHARACTER SET latin1, MODIFY t1 varchar(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci
DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, MODIFY t1 varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
ROW_FORMAT=DEFAULT
STATS_PERSISTENT=DEFAULT
KEY_BLOCK_SIZE=0

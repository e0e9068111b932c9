-- A warehouse with every name cut short: a prefix for each table's columns, numbers for keys, no underscores where none fit.

CREATE TABLE whse (wh_no integer PRIMARY KEY, wh_city varchar(40) NOT NULL, wh_sqft integer NOT NULL, wh_docks integer NOT NULL);
CREATE TABLE cust (cu_custno integer PRIMARY KEY, cu_name varchar(60) NOT NULL, cu_cls integer NOT NULL, cu_terms integer NOT NULL);
CREATE TABLE vend (ve_vendno integer PRIMARY KEY, ve_name varchar(60) NOT NULL, ve_leaddays integer NOT NULL, ve_rank integer NOT NULL);
CREATE TABLE item (it_itemno integer PRIMARY KEY, it_desc varchar(60) NOT NULL, it_vendno integer NOT NULL REFERENCES vend (ve_vendno), it_packqty integer NOT NULL, it_shelflife integer NOT NULL);
CREATE TABLE stk (
  st_whno integer NOT NULL REFERENCES whse (wh_no),
  st_itemno integer NOT NULL REFERENCES item (it_itemno),
  st_onhand integer NOT NULL,
  st_bin integer NOT NULL,
  PRIMARY KEY (st_whno, st_itemno)
);
CREATE TABLE usr (us_id integer PRIMARY KEY, us_name varchar(40) NOT NULL, us_level integer NOT NULL);
CREATE TABLE ordhdr (
  oh_ordno integer PRIMARY KEY,
  oh_custno integer NOT NULL REFERENCES cust (cu_custno),
  oh_shipwh integer NOT NULL REFERENCES whse (wh_no),
  oh_entby integer REFERENCES usr (us_id),
  oh_pri integer NOT NULL,
  oh_lines integer NOT NULL
);
CREATE TABLE orddtl (
  od_ordno integer NOT NULL REFERENCES ordhdr (oh_ordno),
  od_line integer NOT NULL,
  od_itemno integer NOT NULL REFERENCES item (it_itemno),
  od_qty integer NOT NULL,
  PRIMARY KEY (od_ordno, od_line)
);
CREATE TABLE rcpt (
  rc_rcptno integer PRIMARY KEY,
  rc_vendno integer NOT NULL REFERENCES vend (ve_vendno),
  rc_whno integer NOT NULL REFERENCES whse (wh_no),
  rc_rcvdby integer REFERENCES usr (us_id),
  rc_pallets integer NOT NULL
);

-- A group of clinics: columns begin with a short form of their table's name, and references keep the name of what they refer to.
-- Nothing in the program was fitted to this schema: see `python -m bench.normalize`.

CREATE TABLE region (
  reg_id integer PRIMARY KEY,
  reg_name varchar(60) NOT NULL UNIQUE,
  reg_health_board varchar(80) NOT NULL,
  reg_population integer NOT NULL
);

CREATE TABLE clinic (
  cli_id integer PRIMARY KEY,
  cli_name varchar(80) NOT NULL,
  cli_street varchar(80) NOT NULL,
  cli_postcode varchar(12) NOT NULL,
  cli_telephone varchar(24) NOT NULL,
  cli_beds integer NOT NULL,
  reg_id integer NOT NULL REFERENCES region
);

CREATE TABLE specialty (
  spec_code varchar(8) PRIMARY KEY,
  spec_title varchar(60) NOT NULL,
  spec_surgical boolean NOT NULL
);

CREATE TABLE physician (
  phy_id integer PRIMARY KEY,
  phy_surname varchar(60) NOT NULL,
  phy_given_name varchar(60) NOT NULL,
  phy_licence varchar(20) NOT NULL UNIQUE,
  phy_pager varchar(16) NOT NULL,
  spec_code varchar(8) NOT NULL REFERENCES specialty,
  cli_id integer NOT NULL REFERENCES clinic
);

CREATE TABLE insurer (
  ins_id integer PRIMARY KEY,
  ins_company varchar(80) NOT NULL,
  ins_claims_email varchar(80) NOT NULL,
  ins_hotline varchar(24) NOT NULL
);

CREATE TABLE patient (
  pat_id integer PRIMARY KEY,
  pat_surname varchar(60) NOT NULL,
  pat_given_name varchar(60) NOT NULL,
  pat_born_on date NOT NULL,
  pat_blood_group varchar(3) NOT NULL CHECK (pat_blood_group IN ('O+', 'A+', 'B+', 'AB+', 'O-', 'A-', 'B-', 'AB-')),
  pat_policy_no varchar(24) NOT NULL,
  pat_mobile varchar(24) NOT NULL,
  ins_id integer NOT NULL REFERENCES insurer
);

CREATE TABLE room (
  room_id integer PRIMARY KEY,
  room_label varchar(16) NOT NULL,
  room_floor integer NOT NULL,
  room_wing varchar(16) NOT NULL
);

CREATE TABLE appointment (
  appt_id integer PRIMARY KEY,
  appt_starts timestamp NOT NULL,
  appt_minutes integer NOT NULL,
  appt_outcome varchar(12) NOT NULL CHECK (appt_outcome IN ('kept', 'missed', 'moved')),
  pat_id integer NOT NULL REFERENCES patient,
  phy_id integer NOT NULL REFERENCES physician,
  room_id integer NOT NULL REFERENCES room
);

CREATE TABLE manufacturer (
  mfr_id integer PRIMARY KEY,
  mfr_name varchar(80) NOT NULL,
  mfr_city varchar(60) NOT NULL,
  mfr_website varchar(100) NOT NULL
);

CREATE TABLE drug (
  drug_id integer PRIMARY KEY,
  drug_trade_name varchar(60) NOT NULL,
  drug_substance varchar(60) NOT NULL,
  drug_strength_mg integer NOT NULL,
  drug_controlled boolean NOT NULL,
  mfr_id integer NOT NULL REFERENCES manufacturer
);

CREATE TABLE prescription (
  rx_id integer PRIMARY KEY,
  rx_tablets integer NOT NULL,
  rx_days integer NOT NULL,
  rx_remark varchar(120),
  appt_id integer NOT NULL REFERENCES appointment,
  drug_id integer NOT NULL REFERENCES drug
);

CREATE TABLE test_kind (
  tk_code varchar(10) PRIMARY KEY,
  tk_title varchar(60) NOT NULL,
  tk_unit varchar(12) NOT NULL,
  tk_low_limit numeric(8, 2) NOT NULL,
  tk_high_limit numeric(8, 2) NOT NULL
);

CREATE TABLE test_result (
  res_id integer PRIMARY KEY,
  res_reading numeric(8, 2) NOT NULL,
  res_taken_at timestamp NOT NULL,
  tk_code varchar(10) NOT NULL REFERENCES test_kind,
  appt_id integer NOT NULL REFERENCES appointment
);

-- A mail-order house in German: plurals with umlauts, compounds, and people by their part.

CREATE TABLE laender (kennzeichen char(2) PRIMARY KEY, bezeichnung varchar(60) NOT NULL);
CREATE TABLE orte (ort_nr integer PRIMARY KEY, plz varchar(10) NOT NULL, name varchar(80) NOT NULL, land_kennzeichen char(2) NOT NULL REFERENCES laender (kennzeichen));
CREATE TABLE mitarbeiter (
  mitarbeiter_nr integer PRIMARY KEY,
  vorname varchar(40) NOT NULL,
  nachname varchar(40) NOT NULL,
  vorgesetzter_nr integer REFERENCES mitarbeiter (mitarbeiter_nr),
  gehaltsstufe integer NOT NULL
);
CREATE TABLE kunden (
  kunden_nr integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  ort_nr integer REFERENCES orte (ort_nr),
  betreuer_nr integer REFERENCES mitarbeiter (mitarbeiter_nr),
  rabattstufe integer NOT NULL
);
CREATE TABLE warengruppen (id integer PRIMARY KEY, bezeichnung varchar(60) NOT NULL, obergruppe_id integer REFERENCES warengruppen (id), rang integer NOT NULL);
CREATE TABLE lieferanten (id integer PRIMARY KEY, firma varchar(80) NOT NULL, ort_nr integer REFERENCES orte (ort_nr), lieferzeit_tage integer NOT NULL);
CREATE TABLE artikel (
  artikel_nr integer PRIMARY KEY,
  bezeichnung varchar(80) NOT NULL,
  warengruppe_id integer NOT NULL REFERENCES warengruppen (id),
  lieferant_id integer REFERENCES lieferanten (id),
  bestand integer NOT NULL,
  mindestbestand integer NOT NULL
);
CREATE TABLE bestellungen (
  id integer PRIMARY KEY,
  kundennr integer NOT NULL REFERENCES kunden (kunden_nr),
  bearbeiter_nr integer REFERENCES mitarbeiter (mitarbeiter_nr),
  datum date NOT NULL,
  status integer NOT NULL
);
CREATE TABLE bestellpositionen (
  bestellung_id integer NOT NULL REFERENCES bestellungen (id),
  position integer NOT NULL,
  artikelnummer integer NOT NULL REFERENCES artikel (artikel_nr),
  menge integer NOT NULL,
  PRIMARY KEY (bestellung_id, position)
);
CREATE TABLE rechnungen (id integer PRIMARY KEY, bestellung_id integer NOT NULL REFERENCES bestellungen (id), zahlungsziel_tage integer NOT NULL, mahnstufe integer NOT NULL);
CREATE TABLE buecher (id integer PRIMARY KEY, titel varchar(80) NOT NULL, auflage integer NOT NULL, seiten integer NOT NULL);
CREATE TABLE ausleihen (
  id integer PRIMARY KEY,
  buch_id integer NOT NULL REFERENCES buecher (id),
  entleiher_nr integer NOT NULL REFERENCES mitarbeiter (mitarbeiter_nr),
  verlaengerungen integer NOT NULL
);

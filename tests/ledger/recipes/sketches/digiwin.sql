-- The columns that the recipe uses, of the tables of Workflow ERP GP: fixed width, dates as text.
CREATE TABLE COPMA (MA001 char(10), MA002 varchar, MA003 varchar, MA010 varchar, MA014 varchar, MA018 varchar, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE INVMB (MB001 char(40), MB002 varchar, MB005 varchar, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE COPTC (TC001 char(4), TC002 char(11), TC003 varchar, TC004 char(10), TC006 varchar, TC008 varchar, TC016 varchar, TC027 varchar, TC041 numeric, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE COPTD (TD001 char(4), TD002 char(11), TD003 char(4), TD004 char(40), TD005 varchar, TD008 numeric, TD009 numeric, TD010 varchar, TD012 numeric, TD013 varchar, TD016 varchar, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE COPTG (TG001 char(4), TG002 char(11), TG003 varchar, TG004 char(10), TG023 varchar, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE COPTH (TH001 char(4), TH002 char(11), TH003 char(4), TH004 char(40), TH008 numeric, TH014 char(4), TH015 char(11), TH016 char(4));
CREATE TABLE COPTI (TI001 char(4), TI002 char(11), TI003 varchar, TI004 char(10), TI008 varchar, TI019 varchar, CREATE_DATE varchar, MODI_DATE varchar);
CREATE TABLE COPTJ (TJ001 char(4), TJ002 char(11), TJ003 char(4), TJ004 char(40), TJ005 varchar, TJ007 numeric, TJ008 varchar, TJ031 numeric, CREATE_DATE varchar, MODI_DATE varchar);
INSERT INTO COPMA VALUES ('A001', '鼎泰', '鼎泰企業股份有限公司', '12345678', 'NTD', '中區', '20250101', ''), ('A002', 'Adler', ' ', NULL, 'EUR', NULL, '20250101', '20260101');
INSERT INTO INVMB VALUES ('P1', '電鑽', '工具', '20250101', '');
INSERT INTO COPTC VALUES ('220', '20260105001', '20260105', 'A001', 'S01', 'NTD', '1', 'Y', 0.05, '20260105', '20260106'), ('220', '20260107001', '20260107', 'A002', 'S01', 'EUR', '3', 'Y', 0, '20260107', ''), ('220', '20260108001', '20260108', 'A001', 'S01', 'NTD', '2', 'N', 0.05, '20260108', ''), ('220', '20260108002', '20260108', 'A001', 'S01', 'NTD', '2', 'V', 0.05, '20260108', '20260109');
INSERT INTO COPTD VALUES ('220', '20260105001', '0001', 'P1', '電鑽', 10, 4, '台', 1050, '20260112', 'N', '20260105', ''), ('220', '20260107001', '0001', 'P1', '電鑽', 2, 2, '台', 50, '20260112', 'Y', '20260107', ''), ('220', '20260108001', '0001', 'P1', '電鑽', 3, 0, '台', 300, '20260112', 'N', '20260108', ''), ('220', '20260108002', '0001', 'P1', '電鑽', 3, 0, '台', 300, '20260112', 'N', '20260108', '');
INSERT INTO COPTG VALUES ('230', '20260113001', '20260113', 'A001', 'Y', '20260113', ''), ('230', '20260114001', '20260114', 'A001', 'N', '20260114', '');
INSERT INTO COPTH VALUES ('230', '20260113001', '0001', 'P1', 4, '220', '20260105001', '0001'), ('230', '20260114001', '0001', 'P1', 6, '220', '20260105001', '0001');
INSERT INTO COPTI VALUES ('240', '20260120001', '20260120', 'A001', 'NTD', 'Y', '20260120', '');
INSERT INTO COPTJ VALUES ('240', '20260120001', '0001', 'P1', '電鑽', 1, '台', 100, '20260120', '');

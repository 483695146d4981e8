-- The columns that the recipe uses, as public queries name them.
CREATE TABLE STRADE (CO_CD varchar, TR_CD varchar, TR_NM varchar);
CREATE TABLE SITEM (CO_CD varchar, ITEM_CD varchar, ITEM_NM varchar, UNIT_CD varchar);
CREATE TABLE LSO (CO_CD varchar, SO_NB varchar, SO_DT varchar, TR_CD varchar, EMP_CD varchar);
CREATE TABLE LSO_D (CO_CD varchar, SO_NB varchar, SO_SQ int, ITEM_CD varchar, SO_QT numeric, ISU_QT numeric, SOG_AM numeric, DUE_DT varchar, EMP_CD varchar, USE_YN varchar, EXPIRE_YN varchar);
CREATE TABLE LDELIVER (CO_CD varchar, ISU_NB varchar, ISU_DT varchar, TR_CD varchar);
CREATE TABLE LDELIVER_D (CO_CD varchar, ISU_NB varchar, ISU_SQ int, ITEM_CD varchar, ISU_QT numeric, SO_NB varchar, SO_SQ int, USE_YN varchar);
INSERT INTO STRADE VALUES ('1000', '00001', '한빛상사'), ('1000', '00002', '주문 없음'), ('2000', '00001', '다른 회사');
INSERT INTO SITEM VALUES ('1000', 'P1', '전동 드릴', 'EA');
INSERT INTO LSO VALUES ('1000', 'SO26010001', '20260105', '00001', 'E1'), ('1000', 'SO26010002', '20260120', '00001', 'E1'), ('2000', 'SO26010001', '20260105', '00001', 'E9');
INSERT INTO LSO_D VALUES ('1000', 'SO26010001', 1, 'P1', 10, 4, 1000000, '20260112', '', '1', '1'), ('1000', 'SO26010001', 2, 'P1', 5, 0, 500000, '20260112', '', '0', '1'), ('1000', 'SO26010002', 1, 'P1', -1, NULL, -100000, '20260120', 'E2', '1', '1'), ('2000', 'SO26010001', 1, 'P1', 7, 0, 700000, '20260112', '', '1', '1');
INSERT INTO LDELIVER VALUES ('1000', 'IS26010001', '20260113', '00001');
INSERT INTO LDELIVER_D VALUES ('1000', 'IS26010001', 1, 'P1', 4, 'SO26010001', 1, '1');

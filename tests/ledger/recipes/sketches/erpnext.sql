-- The columns that the recipe uses, of the doctypes as ERPNext 15 and 16 make tables of them.
CREATE TABLE `tabCustomer` (name TEXT, customer_name TEXT, customer_group TEXT, territory TEXT, default_currency TEXT, tax_id TEXT, modified TEXT);
CREATE TABLE `tabItem` (name TEXT, item_name TEXT, item_group TEXT, brand TEXT, is_sales_item INT, modified TEXT);
CREATE TABLE `tabSales Order` (name TEXT, customer TEXT, company TEXT, transaction_date TEXT, currency TEXT, docstatus INT, status TEXT, modified TEXT);
CREATE TABLE `tabSales Order Item` (name TEXT, parent TEXT, item_code TEXT, item_name TEXT, item_group TEXT, qty REAL, delivered_qty REAL, uom TEXT, net_amount REAL, price_list_rate REAL, delivery_date TEXT);
CREATE TABLE `tabSales Invoice` (name TEXT, customer TEXT, company TEXT, posting_date TEXT, currency TEXT, docstatus INT, is_return INT, modified TEXT);
CREATE TABLE `tabSales Invoice Item` (name TEXT, parent TEXT, item_code TEXT, item_name TEXT, item_group TEXT, qty REAL, uom TEXT, net_amount REAL);
CREATE TABLE `tabDelivery Note` (name TEXT, customer TEXT, company TEXT, posting_date TEXT, docstatus INT, is_return INT, modified TEXT);
CREATE TABLE `tabDelivery Note Item` (name TEXT, parent TEXT, item_code TEXT, qty REAL, against_sales_order TEXT, so_detail TEXT);
CREATE TABLE `tabIssue` (name TEXT, customer TEXT, creation TEXT, issue_type TEXT, subject TEXT, first_responded_on TEXT, modified TEXT);
INSERT INTO `tabCustomer` VALUES ('Adler', 'Adler GmbH', 'Dealer', 'Germany', 'EUR', 'DE811', '2026-01-01 00:00:00.123456'), ('Tata', 'Tata Ltd', 'Dealer', 'India', NULL, NULL, '2026-01-01 00:00:00');
INSERT INTO `tabItem` VALUES ('P1', 'Drill', 'Tools', 'Ours', 1, '2026-01-01 00:00:00'), ('RAW', 'Steel', 'Raw', NULL, 0, '2026-01-01 00:00:00');
INSERT INTO `tabSales Order` VALUES
  ('SO-1', 'Adler', 'Ours', '2026-01-05', 'EUR', 1, 'To Deliver', '2026-01-06 10:00:00'), ('SO-2', 'Tata', 'Ours', '2026-01-07', 'INR', 1, 'Completed', '2026-01-08 10:00:00'),
  ('SO-3', 'Tata', 'Ours', '2026-01-07', 'INR', 0, 'Draft', '2026-01-08 10:00:00'), ('SO-4', 'Tata', 'Ours', '2026-01-07', 'INR', 2, 'Cancelled', '2026-01-08 10:00:00'),
  ('SO-5', 'Tata', 'Theirs', '2026-01-07', 'INR', 1, 'Completed', '2026-01-08 10:00:00');
INSERT INTO `tabSales Order Item` VALUES ('a1', 'SO-1', 'P1', 'Drill', 'Tools', 10, 4, 'Nos', 950.5, 100, '2026-01-12'), ('a2', 'SO-2', 'P1', 'Drill', 'Tools', 2, 2, 'Nos', 8000, 4000, '2026-01-12'),
  ('a3', 'SO-3', 'P1', 'Drill', 'Tools', 2, 0, 'Nos', 8000, 4000, '2026-01-12'), ('a4', 'SO-4', 'P1', 'Drill', 'Tools', 2, 0, 'Nos', 8000, 4000, '2026-01-12'), ('a5', 'SO-5', 'P1', 'Drill', 'Tools', 2, 0, 'Nos', 8000, 4000, '2026-01-12');
INSERT INTO `tabSales Invoice` VALUES ('SINV-1', 'Adler', 'Ours', '2026-01-14', 'EUR', 1, 0, '2026-01-14 10:00:00'), ('CN-1', 'Adler', 'Ours', '2026-01-20', 'EUR', 1, 1, '2026-01-20 10:00:00');
INSERT INTO `tabSales Invoice Item` VALUES ('b1', 'SINV-1', 'P1', 'Drill', 'Tools', 4, 'Nos', 380), ('b2', 'CN-1', 'P1', 'Drill', 'Tools', -1, 'Nos', -95);
INSERT INTO `tabDelivery Note` VALUES ('DN-1', 'Adler', 'Ours', '2026-01-13', 1, 0, '2026-01-13 10:00:00'), ('DN-2', 'Adler', 'Ours', '2026-01-13', 0, 0, '2026-01-13 10:00:00');
INSERT INTO `tabDelivery Note Item` VALUES ('c1', 'DN-1', 'P1', 4, 'SO-1', 'a1'), ('c2', 'DN-2', 'P1', 6, 'SO-1', 'a1');
INSERT INTO `tabIssue` VALUES ('ISS-1', 'Adler', '2026-01-15 09:00:00', 'Quality', 'Chuck breaks', '2026-01-15 11:00:00', '2026-01-15 11:00:00'), ('ISS-2', NULL, '2026-01-15 09:00:00', NULL, 'Spam', NULL, '2026-01-15 11:00:00');

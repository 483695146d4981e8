-- The columns that the recipe uses, of the tables as Odoo 17 and 18 make them.
CREATE TABLE res_company (id int, name varchar);
CREATE TABLE res_country (id int, code varchar);
CREATE TABLE res_country_state (id int, name varchar);
CREATE TABLE res_partner_industry (id int, name jsonb);
CREATE TABLE res_currency (id int, name varchar);
CREATE TABLE res_partner (id int, name varchar, commercial_partner_id int, vat varchar, lang varchar,
  country_id int, state_id int, industry_id int, write_date timestamp);
CREATE TABLE product_category (id int, complete_name varchar);
CREATE TABLE product_template (id int, name jsonb, type varchar, categ_id int, sale_ok boolean, write_date timestamp);
CREATE TABLE product_product (id int, default_code varchar, product_tmpl_id int, write_date timestamp);
CREATE TABLE uom_uom (id int, name jsonb);
CREATE TABLE sale_order (id int, name varchar, state varchar, date_order timestamp, commitment_date timestamp,
  partner_id int, company_id int, currency_id int, user_id int, write_date timestamp);
CREATE TABLE sale_order_line (id int, order_id int, product_id int, name text, product_uom_qty numeric,
  qty_delivered numeric, product_uom int, price_unit numeric, price_subtotal numeric, display_type varchar,
  is_downpayment boolean, write_date timestamp);
CREATE TABLE account_account (id int, account_type varchar);
CREATE TABLE account_move (id int, name varchar, move_type varchar, state varchar, invoice_date date,
  commercial_partner_id int, company_id int, currency_id int, invoice_user_id int, write_date timestamp);
CREATE TABLE account_move_line (id int, move_id int, account_id int, product_id int, name varchar, display_type varchar,
  quantity numeric, price_subtotal numeric, amount_currency numeric, currency_id int, date_maturity date,
  reconciled boolean, write_date timestamp);
CREATE TABLE account_partial_reconcile (id int, debit_move_id int, credit_move_id int, max_date date);
CREATE TABLE stock_picking_type (id int, code varchar);
CREATE TABLE stock_picking (id int, picking_type_id int, scheduled_date timestamp, date_done timestamp, write_date timestamp);
CREATE TABLE stock_move (id int, picking_id int, sale_line_id int, product_id int, state varchar, product_uom_qty numeric,
  quantity numeric, date_deadline timestamp, write_date timestamp);

INSERT INTO res_company VALUES (1, 'Formosa Tools'), (2, 'Other Company');
INSERT INTO res_country VALUES (1, 'TW'), (2, 'DE');
INSERT INTO res_country_state VALUES (1, '臺中市');
INSERT INTO res_partner_industry VALUES (1, '{"en_US": "Wholesale"}');
INSERT INTO res_currency VALUES (1, 'TWD'), (2, 'EUR');
INSERT INTO res_partner VALUES
  (10, '鼎泰企業', 10, '12345678', 'zh_TW', 1, 1, 1, '2026-01-01'),
  (11, '王小姐', 10, NULL, 'zh_TW', 1, NULL, NULL, '2026-01-01'),
  (20, 'Adler GmbH', 20, 'DE811', 'de_DE', 2, NULL, NULL, '2026-01-01'),
  (30, 'Only asked', 30, NULL, 'en_US', 1, NULL, NULL, '2026-01-01'),
  (40, 'Of the other company', 40, NULL, 'en_US', 1, NULL, NULL, '2026-01-01');
INSERT INTO product_category VALUES (1, 'All / Tools');
INSERT INTO product_template VALUES (1, '{"en_US": "Drill", "zh_TW": "電鑽"}', 'consu', 1, true, '2026-01-01'),
  (2, '{"en_US": "Delivery"}', 'service', 1, true, '2026-01-01'), (3, '{"en_US": "Saw"}', 'consu', 1, true, '2026-01-01');
INSERT INTO product_product VALUES (1, 'DR-1', 1, '2026-01-01'), (2, 'Delivery_007', 2, '2026-01-01'), (3, NULL, 3, '2026-01-01');
INSERT INTO uom_uom VALUES (1, '{"en_US": "Units", "zh_TW": "個"}');
INSERT INTO sale_order VALUES
  (1, 'S00001', 'sale', '2026-01-05 20:00', '2026-01-12', 11, 1, 1, 7, '2026-01-06 02:00'),
  (2, 'S00002', 'sale', '2026-01-08 03:00', '2026-01-20', 20, 1, 2, 7, '2026-01-08 04:00'),
  (3, 'S00003', 'cancel', '2026-01-09 03:00', NULL, 20, 1, 2, 7, '2026-01-09 04:00'),
  (4, 'S00004', 'draft', '2026-01-10 03:00', NULL, 30, 1, 1, 7, '2026-01-10 04:00'),
  (5, 'S00005', 'sale', '2026-01-11 03:00', NULL, 40, 2, 1, 7, '2026-01-11 04:00');
INSERT INTO sale_order_line VALUES
  (1, 1, 1, 'Drill', 10, 10, 1, 100, 950, NULL, false, '2026-01-06 02:00'),
  (2, 1, 2, 'Delivery', 1, 1, 1, 60, 60, NULL, NULL, '2026-01-06 02:00'),
  (3, 1, NULL, 'A remark', 0, 0, NULL, 0, 0, 'line_note', NULL, '2026-01-06 02:00'),
  (4, 2, 1, 'Drill', 4, 1, 1, 3.5, 14, NULL, NULL, '2026-01-08 04:00'),
  (5, 2, 3, 'Saw', 2, 0, 1, 5, 10, NULL, NULL, '2026-01-08 04:00'),
  (6, 2, NULL, 'Down payment', 1, 0, 1, 5, 5, NULL, true, '2026-01-08 04:00'),
  (7, 3, 1, 'Drill', 9, 0, 1, 3.5, 31.5, NULL, NULL, '2026-01-09 04:00'),
  (8, 4, 1, 'Drill', 9, 0, 1, 100, 900, NULL, NULL, '2026-01-10 04:00'),
  (9, 5, 1, 'Drill', 7, 0, 1, 100, 700, NULL, NULL, '2026-01-11 04:00');
INSERT INTO account_account VALUES (1, 'asset_receivable'), (2, 'income');
INSERT INTO account_move VALUES
  (1, 'INV/2026/00001', 'out_invoice', 'posted', '2026-01-12', 10, 1, 1, 7, '2026-01-12'),
  (2, 'RINV/2026/00001', 'out_refund', 'posted', '2026-01-15', 10, 1, 1, 7, '2026-01-15'),
  (3, '/', 'out_refund', 'draft', '2026-01-16', 20, 1, 2, 7, '2026-01-16');
INSERT INTO account_move_line VALUES
  (1, 1, 1, NULL, 'INV', 'payment_term', 1, 0, 1010, 1, '2026-02-11', true, '2026-01-20'),
  (2, 1, 2, 1, 'Drill', 'product', 10, 950, -950, 1, NULL, false, '2026-01-12'),
  (3, 2, 2, 1, 'Drill', 'product', 2, 190, 190, 1, NULL, false, '2026-01-15'),
  (4, 3, 2, 1, 'Drill', 'product', 1, 3.5, 3.5, 2, NULL, false, '2026-01-16');
INSERT INTO account_partial_reconcile VALUES (1, 1, 99, '2026-02-20');
INSERT INTO stock_picking_type VALUES (1, 'outgoing'), (2, 'incoming');
INSERT INTO stock_picking VALUES (1, 1, '2026-01-11', '2026-01-13 01:00', '2026-01-13 01:00'),
  (2, 1, '2026-01-19', '2026-01-19 01:00', '2026-01-19 01:00'), (3, 1, '2026-01-19', NULL, '2026-01-19 01:00');
INSERT INTO stock_move VALUES
  (1, 1, 1, 1, 'done', 10, 10, '2026-01-12', '2026-01-13 01:00'),
  (2, 2, 4, 1, 'done', 1, 1, '2026-01-20', '2026-01-19 01:00'),
  (3, 3, 4, 1, 'assigned', 3, 0, '2026-01-20', '2026-01-19 01:00');

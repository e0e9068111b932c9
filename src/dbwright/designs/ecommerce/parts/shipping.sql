-- Groups of countries that cost the same to send to.
CREATE TABLE shipping_zones (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(80) }} NOT NULL,
    CONSTRAINT shipping_zones_name_key UNIQUE (name)
);

-- The zone of each country that is sent to.
CREATE TABLE shipping_zone_countries (
    country_code {{ t.fixed(2) }} NOT NULL PRIMARY KEY,
    shipping_zone_id {{ t.key }} NOT NULL,
    CONSTRAINT shipping_zone_countries_country_code_fkey FOREIGN KEY (country_code) REFERENCES countries (code) ON DELETE RESTRICT,
    CONSTRAINT shipping_zone_countries_shipping_zone_id_fkey FOREIGN KEY (shipping_zone_id) REFERENCES shipping_zones (id) ON DELETE RESTRICT
);
CREATE INDEX shipping_zone_countries_shipping_zone_id_idx ON shipping_zone_countries (shipping_zone_id);

-- What a parcel costs to send, up to a weight.
CREATE TABLE shipping_rates (
    shipping_method_id {{ t.key }} NOT NULL,
    shipping_zone_id {{ t.key }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,
    up_to_grams {{ t.integer }} NOT NULL,
    price_minor {{ t.money }} NOT NULL,
    PRIMARY KEY (shipping_method_id, shipping_zone_id, currency_code, up_to_grams),
    CONSTRAINT shipping_rates_up_to_grams_check CHECK (up_to_grams > 0),
    CONSTRAINT shipping_rates_price_minor_check CHECK (price_minor >= 0),
    CONSTRAINT shipping_rates_shipping_method_id_fkey FOREIGN KEY (shipping_method_id) REFERENCES shipping_methods (id),
    CONSTRAINT shipping_rates_shipping_zone_id_fkey FOREIGN KEY (shipping_zone_id) REFERENCES shipping_zones (id),
    CONSTRAINT shipping_rates_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX shipping_rates_shipping_zone_id_idx ON shipping_rates (shipping_zone_id);
CREATE INDEX shipping_rates_currency_code_idx ON shipping_rates (currency_code);

-- Parcels. An order can be sent in several, which are numbered within it.
CREATE TABLE shipments (
    order_id {{ t.key }} NOT NULL,
    parcel_number {{ t.small }} NOT NULL,
    warehouse_id {{ t.key }} NOT NULL, -- from where
    tracking_number {{ t.text(60) }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    shipped_at {{ t.moment }},
    delivered_at {{ t.moment }},
    PRIMARY KEY (order_id, parcel_number),
    CONSTRAINT shipments_parcel_number_check CHECK (parcel_number > 0),
    CONSTRAINT shipments_delivered_at_check CHECK (shipped_at <= delivered_at),
    CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT shipments_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);
CREATE INDEX shipments_warehouse_id_idx ON shipments (warehouse_id);

-- What is in a parcel: only items of its own order.
CREATE TABLE shipment_items (
    order_id {{ t.key }} NOT NULL,
    parcel_number {{ t.small }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    quantity {{ t.integer }} NOT NULL,
    PRIMARY KEY (order_id, parcel_number, variant_id),
    CONSTRAINT shipment_items_quantity_check CHECK (quantity > 0),
    CONSTRAINT shipment_items_shipment_fkey FOREIGN KEY (order_id, parcel_number) REFERENCES shipments (order_id, parcel_number) ON DELETE RESTRICT,
    CONSTRAINT shipment_items_item_fkey FOREIGN KEY (order_id, variant_id) REFERENCES order_items (order_id, variant_id)
);
CREATE INDEX shipment_items_order_id_variant_id_idx ON shipment_items (order_id, variant_id);

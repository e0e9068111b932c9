-- An online shop as many are: it works, and carries the faults that dbwright is to find (see planted.toml).

CREATE TABLE users (
    id $id,
    email varchar(255) NOT NULL,
    password varchar(100) NOT NULL,
    first_name varchar(60) NOT NULL,
    last_name varchar(60) NOT NULL,
    full_name varchar(130) NOT NULL,
    phone1 varchar(30),
    phone2 varchar(30),
    phone3 varchar(30),
    birth_date varchar(20),
    is_active $bool NOT NULL DEFAULT $true,
    created_at $local NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX users_is_active_idx ON users (is_active);

CREATE TABLE addresses (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    street varchar(200) NOT NULL,
    city varchar(100) NOT NULL,
    postal_code varchar(20) NOT NULL,
    country_code char(2) NOT NULL,
    is_default $bool NOT NULL DEFAULT $false,
[mysql] FOREIGN KEY addresses_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT addresses_default_key UNIQUE (user_id, is_default)
);

CREATE TABLE categories (
    id $id,
    parent_id $ref REFERENCES categories (id),
    name varchar(100) NOT NULL,
[mysql] FOREIGN KEY categories_parent_fk (parent_id) REFERENCES categories (id),
    CONSTRAINT categories_name_key UNIQUE (name)
);
CREATE INDEX categories_parent_id_idx ON categories (parent_id);

CREATE TABLE products (
    id $id,
    sku varchar(40) NOT NULL,
    name varchar(200) NOT NULL,
    description $text,
    category_id $ref NOT NULL,
    price $float NOT NULL,
    stock $int NOT NULL DEFAULT 0,
    tags varchar(200),
    created_at $local DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT products_sku_key UNIQUE (sku),
    CONSTRAINT products_price_check CHECK (price >= 0 OR price < 1000000)
);
CREATE INDEX products_sku_idx ON products (sku);
CREATE INDEX products_category_id_idx ON products (category_id);
CREATE INDEX products_category_id_name_idx ON products (category_id, name);

CREATE TABLE tags (
    id $id,
    label varchar(40) NOT NULL,
    CONSTRAINT tags_label_key UNIQUE (label)
);

CREATE TABLE product_tags (
    product_id $ref NOT NULL REFERENCES products (id),
[mysql] FOREIGN KEY product_tags_product_fk (product_id) REFERENCES products (id),
[mysql] FOREIGN KEY product_tags_tag_fk (tag_id) REFERENCES tags (id),
    tag_id $ref NOT NULL REFERENCES tags (id)
);
CREATE INDEX product_tags_product_id_idx ON product_tags (product_id);
CREATE INDEX product_tags_tag_id_idx ON product_tags (tag_id);

CREATE TABLE coupons (
    id $id,
    code varchar(40) NOT NULL,
    percent_off $int NOT NULL,
    starts_at $instant NOT NULL,
    expires_at $instant NOT NULL,
    CONSTRAINT coupons_code_key UNIQUE (code),
    CONSTRAINT coupons_percent_off_check CHECK (percent_off BETWEEN 1 AND 100)
);

CREATE TABLE orders (
    id $id,
    order_number varchar(30) NOT NULL,
    user_id $ref NOT NULL,
    coupon_id $ref REFERENCES coupons (id),
    status varchar(20) NOT NULL,
    subtotal $money NOT NULL,
    tax $money NOT NULL,
    shipping_fee $money NOT NULL,
    discount $money NOT NULL,
    total $money NOT NULL,
    item_count varchar(10) NOT NULL,
    $q{orderNotes} $text,
    placed_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY orders_coupon_fk (coupon_id) REFERENCES coupons (id),
    CONSTRAINT orders_order_number_key UNIQUE (order_number)
);
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id);
CREATE INDEX orders_user_id_idx ON orders (user_id);

CREATE TABLE order_items (
    id $smallid,
    order_id $ref NOT NULL REFERENCES orders (id)$cascade,
    product_id $ref NOT NULL REFERENCES products (id),
    quantity $int NOT NULL,
    unit_price $money NOT NULL,
[mysql] FOREIGN KEY order_items_order_fk (order_id) REFERENCES orders (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY order_items_product_fk (product_id) REFERENCES products (id),
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
CREATE INDEX order_items_order_id_idx ON order_items (order_id);

CREATE TABLE payments (
    id $id,
[postgres] order_id integer NOT NULL REFERENCES orders (id),
[sqlite] order_id TEXT NOT NULL REFERENCES orders (id),
[mysql] order_id bigint NOT NULL,
[mysql] FOREIGN KEY payments_order_fk (order_id) REFERENCES orders (id),
    amount $money NOT NULL,
    paid_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
    card_number varchar(25)
);
CREATE INDEX payments_order_id_idx ON payments (order_id);

CREATE TABLE comments (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id),
    commentable_type varchar(20) NOT NULL,
    commentable_id $ref NOT NULL,
    body $text NOT NULL,
[mysql] FOREIGN KEY comments_user_fk (user_id) REFERENCES users (id),
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX comments_user_id_idx ON comments (user_id);

CREATE TABLE exchange_rates (
    currency_code char(3) NOT NULL,
    rate numeric(12, 6) NOT NULL,
    valid_on date NOT NULL
);

CREATE TABLE shipments (
    id $id,
    order_id $ref NOT NULL REFERENCES orders (id),
[sqlite] carrier_id INTEGER REFERENCES carriers (id),
[mysql] FOREIGN KEY shipments_order_fk (order_id) REFERENCES orders (id),
    $q{group} varchar(30),
    shipped_at $instant
);
CREATE INDEX shipments_order_id_idx ON shipments (order_id);
[sqlite] CREATE INDEX shipments_carrier_id_idx ON shipments (carrier_id);
[postgres] CREATE INDEX shipments_by_the_moment_that_they_left_the_warehouse_for_the_customer ON shipments (shipped_at);
[mysql] CREATE INDEX shipments_by_moment_that_they_left_the_warehouse_for_customers__ ON shipments (shipped_at);
[sqlite] CREATE INDEX shipments_by_the_moment_that_they_left_the_warehouse_for_the_customer ON shipments (shipped_at);

[postgres] CREATE INDEX orders_placed_at_idx ON orders (placed_at);
[postgres] UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_placed_at_idx'::regclass;
[postgres] GRANT SELECT, INSERT, UPDATE, DELETE ON users TO PUBLIC;
[mysql] GRANT SELECT ON users TO PUBLIC;

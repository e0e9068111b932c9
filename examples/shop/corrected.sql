-- The same shop with its faults mended.

CREATE TABLE users (
    id $id,
    email varchar(255) NOT NULL,
    password_hash varchar(200) NOT NULL,
    first_name varchar(60) NOT NULL,
    last_name varchar(60) NOT NULL,
    birth_date date,
    is_active $bool NOT NULL DEFAULT $true,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_email_key UNIQUE (email)
);

CREATE TABLE user_phones (
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    phone varchar(30) NOT NULL,
[mysql] FOREIGN KEY user_phones_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, phone)
);

CREATE TABLE addresses (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    street varchar(200) NOT NULL,
    city varchar(100) NOT NULL,
    postal_code varchar(20) NOT NULL,
    country_code char(2) NOT NULL,
[mysql] FOREIGN KEY addresses_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
[mysql] default_of_user bigint AS (if(is_default, user_id, NULL)) VIRTUAL UNIQUE,
    is_default $bool NOT NULL DEFAULT $false
);
CREATE INDEX addresses_user_id_idx ON addresses (user_id);
[postgres] CREATE UNIQUE INDEX addresses_default_key ON addresses (user_id) WHERE is_default;
[sqlite] CREATE UNIQUE INDEX addresses_default_key ON addresses (user_id) WHERE is_default;

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
    category_id $ref NOT NULL REFERENCES categories (id),
    price $money NOT NULL,
    stock $int NOT NULL DEFAULT 0,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY products_category_fk (category_id) REFERENCES categories (id),
    CONSTRAINT products_sku_key UNIQUE (sku),
    CONSTRAINT products_price_check CHECK (price >= 0)
);
CREATE INDEX products_category_id_name_idx ON products (category_id, name);

CREATE TABLE tags (
    id $id,
    label varchar(40) NOT NULL,
    CONSTRAINT tags_label_key UNIQUE (label)
);

CREATE TABLE product_tags (
    product_id $ref NOT NULL REFERENCES products (id),
    tag_id $ref NOT NULL REFERENCES tags (id),
[mysql] FOREIGN KEY product_tags_product_fk (product_id) REFERENCES products (id),
[mysql] FOREIGN KEY product_tags_tag_fk (tag_id) REFERENCES tags (id),
    PRIMARY KEY (product_id, tag_id)
);
CREATE INDEX product_tags_tag_id_idx ON product_tags (tag_id);

CREATE TABLE coupons (
    id $id,
    code varchar(40) NOT NULL,
    percent_off $int NOT NULL,
    starts_at $instant NOT NULL,
    expires_at $instant NOT NULL,
    CONSTRAINT coupons_code_key UNIQUE (code),
    CONSTRAINT coupons_percent_off_check CHECK (percent_off BETWEEN 1 AND 100),
    CONSTRAINT coupons_expires_after_start_check CHECK (expires_at > starts_at)
);

CREATE TABLE orders (
    id $id,
    order_number varchar(30) NOT NULL,
    user_id $ref NOT NULL REFERENCES users (id),
    coupon_id $ref REFERENCES coupons (id),
    status varchar(20) NOT NULL,
    subtotal $money NOT NULL,
    tax $money NOT NULL,
    shipping_fee $money NOT NULL,
    discount $money NOT NULL,
    total $money GENERATED ALWAYS AS (subtotal + tax + shipping_fee - discount) STORED,
    item_count $int NOT NULL,
    order_notes $text,
    placed_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY orders_user_fk (user_id) REFERENCES users (id),
[mysql] FOREIGN KEY orders_coupon_fk (coupon_id) REFERENCES coupons (id),
    CONSTRAINT orders_order_number_key UNIQUE (order_number),
    CONSTRAINT orders_status_check CHECK (status IN ('pending', 'paid', 'shipped', 'cancelled'))
);
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id);
CREATE INDEX orders_user_id_idx ON orders (user_id);

CREATE TABLE order_items (
    id $id,
    order_id $ref NOT NULL REFERENCES orders (id)$cascade,
    product_id $ref NOT NULL REFERENCES products (id),
    quantity $int NOT NULL,
    unit_price $money NOT NULL,
[mysql] FOREIGN KEY order_items_order_fk (order_id) REFERENCES orders (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY order_items_product_fk (product_id) REFERENCES products (id),
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
CREATE INDEX order_items_order_id_idx ON order_items (order_id);
CREATE INDEX order_items_product_id_idx ON order_items (product_id);

CREATE TABLE payments (
    id $id,
    order_id $ref NOT NULL REFERENCES orders (id),
    amount $money NOT NULL,
    paid_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY payments_order_fk (order_id) REFERENCES orders (id),
    provider_reference varchar(60) NOT NULL,
    CONSTRAINT payments_provider_reference_key UNIQUE (provider_reference)
);
CREATE INDEX payments_order_id_idx ON payments (order_id);

CREATE TABLE product_comments (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id),
    product_id $ref NOT NULL REFERENCES products (id),
    body $text NOT NULL,
[mysql] FOREIGN KEY product_comments_user_fk (user_id) REFERENCES users (id),
[mysql] FOREIGN KEY product_comments_product_fk (product_id) REFERENCES products (id),
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX product_comments_user_id_idx ON product_comments (user_id);
CREATE INDEX product_comments_product_id_idx ON product_comments (product_id);

CREATE TABLE exchange_rates (
    currency_code char(3) NOT NULL,
    valid_on date NOT NULL,
    rate numeric(12, 6) NOT NULL,
    PRIMARY KEY (currency_code, valid_on)
);

CREATE TABLE shipments (
    id $id,
    order_id $ref NOT NULL REFERENCES orders (id),
    batch varchar(30),
[mysql] FOREIGN KEY shipments_order_fk (order_id) REFERENCES orders (id),
    shipped_at $instant
);
CREATE INDEX shipments_order_id_idx ON shipments (order_id);
CREATE INDEX shipments_shipped_at_idx ON shipments (shipped_at);

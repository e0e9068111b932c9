{% from "guards.sql" import yes_or_no %}
-- Baskets of users and of guests. A cart that is ordered is deleted in the transaction that makes the order.
CREATE TABLE carts (
    id {{ t.id }} PRIMARY KEY,
    user_id {{ t.key }}, -- whose it is; a user has one cart
    guest_token_hash {{ t.text(64) }}, -- SHA-256 of the token in a guest's cookie, in hexadecimal
    currency_code {{ t.fixed(3) }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT carts_user_id_key UNIQUE (user_id),
    CONSTRAINT carts_guest_token_hash_key UNIQUE (guest_token_hash),
    CONSTRAINT carts_owner_check CHECK ((user_id IS NULL) <> (guest_token_hash IS NULL)),
    CONSTRAINT carts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT carts_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX carts_currency_code_idx ON carts (currency_code);
CREATE INDEX carts_updated_at_idx ON carts (updated_at);
{{ block("updated_at", "carts") }}

-- What is in a cart. The price is the one of the day, until it is ordered.
CREATE TABLE cart_items (
    cart_id {{ t.key }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    quantity {{ t.integer }} NOT NULL DEFAULT 1,
    added_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    PRIMARY KEY (cart_id, variant_id),
    CONSTRAINT cart_items_quantity_check CHECK (quantity BETWEEN 1 AND 999),
    CONSTRAINT cart_items_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES carts (id) ON DELETE CASCADE,
    CONSTRAINT cart_items_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id)
);
CREATE INDEX cart_items_variant_id_idx ON cart_items (variant_id);

-- Lists of things somebody would like.
CREATE TABLE wishlists (
    id {{ t.id }} PRIMARY KEY,
    user_id {{ t.key }} NOT NULL,
    name {{ t.text(100) }} NOT NULL,
    is_public {{ t.flag }} NOT NULL DEFAULT {{ t.false }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT wishlists_user_id_name_key UNIQUE (user_id, name),
    {% if not postgres %}
    CONSTRAINT wishlists_is_public_check{{ yes_or_no("is_public") }},
    {% endif %}
    CONSTRAINT wishlists_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- What is on a wishlist.
CREATE TABLE wishlist_items (
    wishlist_id {{ t.key }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    added_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    PRIMARY KEY (wishlist_id, variant_id),
    CONSTRAINT wishlist_items_wishlist_id_fkey FOREIGN KEY (wishlist_id) REFERENCES wishlists (id) ON DELETE CASCADE,
    CONSTRAINT wishlist_items_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE
);
CREATE INDEX wishlist_items_variant_id_idx ON wishlist_items (variant_id);

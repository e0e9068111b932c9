{% from "guards.sql" import yes_or_no %}
{% set language = option.language %}
-- The tree of categories.
CREATE TABLE categories (
    id {{ t.id }} PRIMARY KEY,
    parent_id {{ t.key }}, -- NULL for a department
    name {{ t.text(100) }} NOT NULL,
    slug {{ t.text(120) }} NOT NULL, -- its address in the shop
    sort_order {{ t.integer }} NOT NULL DEFAULT 0, -- among its siblings
    CONSTRAINT categories_slug_key UNIQUE (slug),
    {% if not mysql %}
    CONSTRAINT categories_parent_id_check CHECK (parent_id <> id),
    {% endif %}
    CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES categories (id)
);
CREATE INDEX categories_parent_id_idx ON categories (parent_id);
{{ block("closure", "categories", parent="parent_id") }}

-- The makers of products.
CREATE TABLE brands (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(100) }} NOT NULL,
    slug {{ t.text(120) }} NOT NULL,
    CONSTRAINT brands_name_key UNIQUE (name),
    CONSTRAINT brands_slug_key UNIQUE (slug)
);

-- How goods are taxed: standard, reduced, free.
CREATE TABLE tax_classes (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(60) }} NOT NULL,
    CONSTRAINT tax_classes_name_key UNIQUE (name)
);

-- What a customer finds in the shop; what is bought is a variant of it.
CREATE TABLE products (
    id {{ t.id }} PRIMARY KEY,
    category_id {{ t.key }} NOT NULL,
    brand_id {{ t.key }}, -- NULL for goods without a brand
    tax_class_id {{ t.key }} NOT NULL,
    name {{ t.text(200) }} NOT NULL,
    slug {{ t.text(220) }} NOT NULL,
    description {{ t.long }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'draft', -- archived instead of deleted: orders refer to it
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    version {{ t.integer }} NOT NULL DEFAULT 1, -- of optimistic locking: an UPDATE names the version it read
    {% if postgres %}
    search_words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('{{ language }}', name), 'A') || setweight(to_tsvector('{{ language }}', description), 'B')) STORED, -- a name counts more than a description
    {% endif %}
    CONSTRAINT products_slug_key UNIQUE (slug),
    CONSTRAINT products_status_check CHECK (status IN ('draft', 'active', 'archived')),
    CONSTRAINT products_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories (id),
    CONSTRAINT products_brand_id_fkey FOREIGN KEY (brand_id) REFERENCES brands (id),
    CONSTRAINT products_tax_class_id_fkey FOREIGN KEY (tax_class_id) REFERENCES tax_classes (id)
);
CREATE INDEX products_category_id_idx ON products (category_id);
CREATE INDEX products_brand_id_idx ON products (brand_id);
CREATE INDEX products_tax_class_id_idx ON products (tax_class_id);
{% if postgres %}
CREATE INDEX products_search_words_idx ON products USING gin (search_words);
{% elif mysql %}
CREATE FULLTEXT INDEX products_name_description_idx ON products (name, description);
{% endif %}
{{ block("updated_at", "products") }}
{{ block("optimistic_lock", "products", ignore=("updated_at", "search_words")) }}
{% if sqlite %}

-- The words of products, kept by triggers; the texts themselves stay in products.
CREATE VIRTUAL TABLE product_search USING fts5(name, description, content='products', content_rowid='id', tokenize='{{ "porter unicode61" if language == "english" else "unicode61 remove_diacritics 2" }}');

{% set forget = "INSERT INTO product_search (product_search, rowid, name, description) VALUES ('delete', OLD.id, OLD.name, OLD.description);" %}
{% set learn = "INSERT INTO product_search (rowid, name, description) VALUES (NEW.id, NEW.name, NEW.description);" %}
CREATE TRIGGER products_search_insert
AFTER INSERT ON products
BEGIN
    {{ learn }}
END;

CREATE TRIGGER products_search_update
AFTER UPDATE OF name, description ON products
BEGIN
    {{ forget }}
    {{ learn }}
END;

CREATE TRIGGER products_search_delete
AFTER DELETE ON products
BEGIN
    {{ forget }}
END;
{% endif %}

-- Groups of products across the tree: new, summer sale, gifts.
CREATE TABLE collections (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(100) }} NOT NULL,
    slug {{ t.text(120) }} NOT NULL,
    CONSTRAINT collections_name_key UNIQUE (name),
    CONSTRAINT collections_slug_key UNIQUE (slug)
);

-- The products of a collection.
CREATE TABLE collection_products (
    collection_id {{ t.key }} NOT NULL,
    product_id {{ t.key }} NOT NULL,
    sort_order {{ t.integer }} NOT NULL DEFAULT 0,
    PRIMARY KEY (collection_id, product_id),
    CONSTRAINT collection_products_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE,
    CONSTRAINT collection_products_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
);
CREATE INDEX collection_products_product_id_idx ON collection_products (product_id);

-- Pictures of a product. The files are in an object store.
CREATE TABLE product_images (
    id {{ t.id }} PRIMARY KEY,
    product_id {{ t.key }} NOT NULL,
    url {{ t.text(500) }} NOT NULL,
    alt_text {{ t.text(300) }} NOT NULL, -- for those who cannot see it
    sort_order {{ t.integer }} NOT NULL DEFAULT 0,
    CONSTRAINT product_images_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
);
CREATE INDEX product_images_product_id_idx ON product_images (product_id);

-- In what goods differ: colour, size, material.
CREATE TABLE attributes (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(60) }} NOT NULL,
    CONSTRAINT attributes_name_key UNIQUE (name)
);

-- What an attribute can be: red, blue; small, large.
CREATE TABLE attribute_options (
    id {{ t.id }} PRIMARY KEY,
    attribute_id {{ t.key }} NOT NULL,
    label {{ t.text(80) }} NOT NULL,
    sort_order {{ t.integer }} NOT NULL DEFAULT 0,
    CONSTRAINT attribute_options_attribute_id_label_key UNIQUE (attribute_id, label),
    CONSTRAINT attribute_options_attribute_id_id_key UNIQUE (attribute_id, id),
    CONSTRAINT attribute_options_attribute_id_fkey FOREIGN KEY (attribute_id) REFERENCES attributes (id) ON DELETE RESTRICT
);

-- Which attributes the goods of a category have, for forms and filters.
CREATE TABLE category_attributes (
    category_id {{ t.key }} NOT NULL,
    attribute_id {{ t.key }} NOT NULL,
    sort_order {{ t.integer }} NOT NULL DEFAULT 0,
    PRIMARY KEY (category_id, attribute_id),
    CONSTRAINT category_attributes_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE,
    CONSTRAINT category_attributes_attribute_id_fkey FOREIGN KEY (attribute_id) REFERENCES attributes (id) ON DELETE RESTRICT
);
CREATE INDEX category_attributes_attribute_id_idx ON category_attributes (attribute_id);

-- What is bought and kept in stock: the red one in size L. A product without choices has one variant.
CREATE TABLE variants (
    id {{ t.id }} PRIMARY KEY,
    product_id {{ t.key }} NOT NULL,
    sku {{ t.text(40) }} NOT NULL, -- stock keeping unit, our own number
    barcode {{ t.text(14) }}, -- GTIN, where there is one
    weight_grams {{ t.integer }} NOT NULL,
    is_active {{ t.flag }} NOT NULL DEFAULT {{ t.true }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT variants_sku_key UNIQUE (sku),
    CONSTRAINT variants_barcode_key UNIQUE (barcode),
    CONSTRAINT variants_weight_grams_check CHECK (weight_grams >= 0),
    {% if not postgres %}
    CONSTRAINT variants_is_active_check{{ yes_or_no("is_active") }},
    {% endif %}
    CONSTRAINT variants_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id)
);
CREATE INDEX variants_product_id_idx ON variants (product_id);
{{ block("updated_at", "variants") }}

-- The attributes of a variant: at most one option of each, and only an option of that attribute.
CREATE TABLE variant_options (
    variant_id {{ t.key }} NOT NULL,
    attribute_id {{ t.key }} NOT NULL,
    option_id {{ t.key }} NOT NULL,
    PRIMARY KEY (variant_id, attribute_id),
    CONSTRAINT variant_options_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
    CONSTRAINT variant_options_option_id_fkey FOREIGN KEY (attribute_id, option_id) REFERENCES attribute_options (attribute_id, id) ON DELETE RESTRICT
);
CREATE INDEX variant_options_attribute_id_option_id_idx ON variant_options (attribute_id, option_id);

-- What a variant costs now, in each currency it is sold in. Orders keep the price at which was bought.
CREATE TABLE variant_prices (
    variant_id {{ t.key }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,
    price_minor {{ t.money }} NOT NULL, -- in the smallest unit of the currency
    regular_price_minor {{ t.money }}, -- the price before a sale, shown crossed out
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    PRIMARY KEY (variant_id, currency_code),
    CONSTRAINT variant_prices_price_minor_check CHECK (price_minor >= 0),
    CONSTRAINT variant_prices_regular_price_minor_check CHECK (regular_price_minor > price_minor),
    CONSTRAINT variant_prices_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id) ON DELETE CASCADE,
    CONSTRAINT variant_prices_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX variant_prices_currency_code_idx ON variant_prices (currency_code);
{{ block("updated_at", "variant_prices") }}

-- Conditions of many kinds, for rows that are made to meet them all.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TYPE mood AS ENUM ('sad','ok','happy');

CREATE DOMAIN email AS text check (value ~ '^[a-z0-9.]+@[a-z0-9-]+\.[a-z]{2,3}$');

CREATE DOMAIN pct AS numeric(5,2) not null default 0 check (value between 0 and 100);

CREATE DOMAIN posint AS int check (value > 0);

CREATE DOMAIN code3 AS char(3) check (value = upper(value) and value !~ '[0-9]');

CREATE TABLE customers (
    id bigint generated always as identity primary key,
    email email unique not null,
    name text not null check (length(trim(name)) >= 2 and name !~ '[<>]'),
    born date check (born < current_date - interval '18 years' and born > '1900-01-01'),
    country code3 not null,
    score pct,
    phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
    website text check (website like 'https://%'),
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null check (updated_at >= created_at),
    deleted_at timestamptz,
    check (deleted_at is null or deleted_at >= updated_at),
    vat text check (vat is null or (left(vat,2) = upper(left(vat,2)) and length(vat) between 8 and 14))
);

CREATE TABLE products (
    id serial primary key,
    sku varchar(12) not null unique check (sku ~ '^[A-Z]{2,4}-[0-9]{4,6}$'),
    price numeric(10,2) not null check (price > 0 and price < 100000),
    cost numeric(10,2) check (cost < price),
    weight real check (weight > 0),
    width int,
    height int,
    depth int,
    volume int,
    check (volume = width * height * depth),
    check (width between 1 and 100 and height between 1 and 100 and depth between 1 and 100),
    tags text[] not null check (cardinality(tags) <= 4),
    attrs jsonb not null default '{}' check (jsonb_typeof(attrs) = 'object'),
    rating numeric(2,1) check (rating >= 1 and rating <= 5 and rating * 2 = round(rating * 2)),
    status text not null default 'draft' check (status in ('draft','active','retired')),
    retired_at date,
    check ((status = 'retired') = (retired_at is not null)),
    discount int check (discount % 5 = 0 and discount between 0 and 50),
    margin numeric generated always as (price - coalesce(cost, 0)) stored check (margin > 0),
    mood mood not null check (mood <> 'sad')
);

CREATE TABLE orders (
    id bigserial primary key,
    customer_id bigint not null references customers,
    kind text not null check (kind in ('web','shop','phone')),
    placed_at timestamptz not null,
    paid_at timestamptz,
    shipped_at timestamptz,
    cancelled_at timestamptz,
    check (paid_at >= placed_at),
    check (shipped_at >= paid_at),
    check (shipped_at is null or paid_at is not null),
    check (num_nonnulls(shipped_at, cancelled_at) <= 1),
    subtotal numeric(12,2) not null check (subtotal >= 0),
    tax numeric(12,2) not null check (tax >= 0),
    total numeric(12,2) not null,
    check (total = subtotal + tax),
    check (tax <= subtotal * 0.25),
    ip inet,
    currency char(3) not null check (currency in ('EUR','USD','GBP')),
    note text check (char_length(note) <= 200),
    coupon text check (coupon is null or coupon similar to '[A-Z]{4}[0-9]{2}'),
    check (case when kind = 'web' then ip is not null else true end)
);

CREATE TABLE lines (
    order_id bigint not null references orders,
    line int not null check (line between 1 and 999),
    product_id int not null references products,
    qty posint not null,
    unit numeric(10,2) not null check (unit >= 0),
    amount numeric(14,2) not null check (amount = qty * unit),
    primary key (order_id, line)
);

CREATE TABLE bookings (
    id int primary key,
    room int not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    check (ends_at > starts_at and ends_at <= starts_at + interval '8 hours'),
    status text not null check (status in ('open','cancelled')),
    exclude using gist (room with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'cancelled')
);

CREATE TABLE comments (
    id int primary key,
    order_id bigint references orders,
    product_id int references products,
    customer_id bigint references customers,
    check (num_nonnulls(order_id, product_id, customer_id) = 1),
    body text not null check (body <> '' and length(body) < 500),
    parent_id int references comments check (parent_id <> id),
    depth int not null check ((parent_id is null) = (depth = 0) and depth >= 0),
    kind text not null,
    check ((kind = 'note' and order_id is not null) or (kind = 'review' and product_id is not null) or (kind = 'memo' and customer_id is not null))
);

CREATE TABLE settings (
    name text primary key check (name = lower(name) and name ~ '^[a-z_.]{3,40}$'),
    value jsonb not null,
    valid daterange not null check (not isempty(valid) and lower(valid) >= '2000-01-01'),
    limits int4range,
    only_one boolean not null default true,
    hours int[] check (array_length(hours,1) = 7),
    low int,
    mid int,
    high int,
    check (low <= mid and mid <= high),
    a numeric(5,2),
    b numeric(5,2),
    c numeric(5,2),
    check (a + b + c = 100),
    check (a >= 0 and b >= 0 and c >= 0)
);

CREATE TABLE weekdays (
    day date primary key check (extract(isodow from day) < 6),
    opens time not null,
    closes time not null check (closes > opens),
    uuid uuid not null unique,
    hash bytea not null check (octet_length(hash) = 32),
    iban text check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    hex char(6) check (hex ~ '^[0-9a-f]{6}$'),
    month int check (month between 1 and 12),
    lat double precision check (lat between -90 and 90),
    lon double precision check (abs(lon) <= 180),
    first date,
    last date,
    check (first = date_trunc('month', first)),
    check (last is null or last > first),
    nights int generated always as (last - first) stored check (nights < 400)
);

-- Conditions of many kinds, for rows that are made to meet them all.

CREATE TABLE customers (
    id integer primary key,
    email text not null unique check (email like '%_@_%._%' and email = lower(email)),
    name text not null check (length(trim(name)) >= 2),
    born text check (born is null or born = date(born)),
    country text not null check (length(country) = 2 and country = upper(country)),
    score real not null check (score between 0 and 100),
    code text not null unique check (code glob '[A-Z][A-Z][A-Z]-[0-9][0-9][0-9][0-9]'),
    active integer not null default 1 check (active in (0,1)),
    created_at text not null default current_timestamp check (datetime(created_at) is not null),
    updated_at datetime not null check (updated_at >= created_at),
    json text check (json_valid(json)),
    kind text check (typeof(kind) = 'text')
);

CREATE TABLE products (
    id integer primary key,
    price numeric not null check (price > 0),
    cost numeric check (cost < price),
    qty int not null check (qty > 0),
    total numeric not null check (total = price * qty),
    status text not null check (status in ('draft','active','retired')),
    retired_at text check ((status = 'retired') = (retired_at is not null)),
    margin numeric generated always as (price - coalesce(cost,0)) stored check (margin > 0),
    discount int check (discount % 5 = 0 and discount between 0 and 50),
    hex text check (hex not glob '*[^0-9a-f]*' and length(hex) = 6),
    starts date not null,
    ends date not null check (julianday(ends) - julianday(starts) between 1 and 30),
    rate real check (abs(rate) <= 1)
);

CREATE TABLE arcs (
    id integer primary key,
    customer_id integer references customers,
    product_id integer references products check ((customer_id is null) + (product_id is null) = 1),
    low int not null,
    high int not null check (low < high),
    pin text not null check (pin glob '[0-9][0-9][0-9][0-9]'),
    iv text check (iv is null or length(iv) <= 5),
    x text collate nocase check (x in ('Yes','No')),
    odd text check (printf('%s', odd) = odd)
) strict;

CREATE TABLE ranks (
    id int primary key,
    g int not null,
    v int not null check (v between 1 and 50),
    d date unique check (strftime('%w', d) not in ('0','6')),
    s text check (substr(s,1,2) = 'AB' and instr(s,'-') > 2),
    unique (g, v)
) without rowid;

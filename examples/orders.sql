-- A small schema, and in orders_next.sql what it shall become.
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text NOT NULL
);

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    status text,
    total numeric(10, 2) NOT NULL
);

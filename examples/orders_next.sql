CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text NOT NULL
);

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL CONSTRAINT orders_customer REFERENCES customers (id),
    status text NOT NULL,
    amount numeric(10, 2) NOT NULL
);

CREATE INDEX orders_by_customer ON orders (customer_id);

-- A small shop for the README: three tables, a few rows, and faults of the kind that nobody sees in the definitions alone.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    password VARCHAR(100) NOT NULL
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    status VARCHAR(20) NOT NULL,
    subtotal NUMERIC(10, 2) NOT NULL,
    shipping NUMERIC(10, 2) NOT NULL,
    total NUMERIC(10, 2) NOT NULL
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    line INTEGER NOT NULL,
    isbn VARCHAR(13) NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0 OR quantity <= 0),
    PRIMARY KEY (order_id, line)
);
CREATE INDEX order_lines_order_id_idx ON order_lines (order_id);

INSERT INTO customers (id, email, password)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT i, 'reader' || i || '@example.com', 'secret' || i FROM n;

INSERT INTO orders (id, customer_id, status, subtotal, shipping, total)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT i, CASE WHEN i IN (77, 78) THEN 9000 + i ELSE i % 200 + 1 END,
       CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'Paid' ELSE 'sent' END,
       10 + i % 90, i % 3, 10 + i % 90 + i % 3
FROM n;

INSERT INTO order_lines (order_id, line, isbn, quantity)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT i, 1, '978' || (1000000000 + i % 60), i % 3 + 1 FROM n;

-- A page of a customer's orders with what they came to, newest first. The next page is asked with the moment of the last.
-- with: user_id=1 before='2100-01-01'
-- uses: orders_user_id_placed_at_idx
SELECT placed.id, placed.order_number, placed.placed_at, placed.status, placed.currency_code, total.total_minor
FROM orders AS placed
JOIN order_totals AS total ON total.order_id = placed.id
WHERE placed.user_id = :user_id AND placed.placed_at < :before
ORDER BY placed.placed_at DESC
LIMIT 20;

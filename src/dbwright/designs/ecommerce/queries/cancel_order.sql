-- An order is cancelled: its reservations are released and its coupons given back.
-- one transaction
UPDATE orders SET status = 'cancelled' WHERE id = :order_id;

INSERT INTO stock_movements (order_id, variant_id, warehouse_id, quantity, kind)
SELECT held.order_id, held.variant_id, held.warehouse_id, sum(held.reserved_change), 'release'
FROM stock_movements AS held
WHERE held.order_id = :order_id
GROUP BY held.order_id, held.variant_id, held.warehouse_id
HAVING sum(held.reserved_change) > 0
ORDER BY held.variant_id, held.warehouse_id;

DELETE FROM coupon_redemptions WHERE order_id = :order_id;

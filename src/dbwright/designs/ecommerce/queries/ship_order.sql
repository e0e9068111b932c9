-- All that a warehouse holds reserved for an order is sent in one parcel. The order is packed before.
-- one transaction
INSERT INTO shipments (order_id, parcel_number, warehouse_id, tracking_number, shipped_at)
SELECT :order_id, coalesce(max(earlier.parcel_number), 0) + 1, :warehouse_id, :tracking_number, {{ t.now }}
FROM shipments AS earlier
WHERE earlier.order_id = :order_id;

INSERT INTO shipment_items (order_id, parcel_number, variant_id, quantity)
SELECT held.order_id, max(parcel.latest), held.variant_id, sum(held.reserved_change)
FROM stock_movements AS held
CROSS JOIN (SELECT max(parcel_number) AS latest FROM shipments WHERE order_id = :order_id) AS parcel
WHERE held.order_id = :order_id AND held.warehouse_id = :warehouse_id
GROUP BY held.order_id, held.variant_id
HAVING sum(held.reserved_change) > 0;

INSERT INTO stock_movements (order_id, variant_id, warehouse_id, quantity, kind)
SELECT held.order_id, held.variant_id, held.warehouse_id, sum(held.reserved_change), 'shipment'
FROM stock_movements AS held
WHERE held.order_id = :order_id AND held.warehouse_id = :warehouse_id
GROUP BY held.order_id, held.variant_id, held.warehouse_id
HAVING sum(held.reserved_change) > 0
ORDER BY held.variant_id;

UPDATE orders SET status = 'shipped' WHERE id = :order_id;

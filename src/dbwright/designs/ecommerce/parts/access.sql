{% from "roles.sql" import role, grant, revoke with context %}
{#- Each row: the role, the privileges, the tables. -#}
{% set catalogue = ["categories", "brands", "products", "collections", "collection_products", "product_images", "attributes",
    "attribute_options", "category_attributes", "variants", "variant_options", "variant_prices"] %}
{% set rates = ["tax_classes", "tax_rates", "shipping_methods", "shipping_zones", "shipping_zone_countries", "shipping_rates"] %}
{% set common = ["countries", "currencies", "categories_closure", "warehouses", "stock_levels", "available_stock", "product_ratings",
    "order_totals", "order_status_changes", "roles", "permissions", "role_permissions"] %}
{% set grants = [
    ("shop_app", "SELECT", common + catalogue + rates + ["coupons", "coupon_categories", "user_roles"]),
    ("shop_app", "SELECT, INSERT, UPDATE, DELETE", ["addresses", "default_addresses", "carts", "cart_items", "wishlists",
        "wishlist_items", "review_votes"]),
    ("shop_app", "SELECT, INSERT, UPDATE", ["users", "reviews"]),
    ("shop_app", "SELECT, INSERT", ["order_items", "order_item_taxes", "order_addresses", "stock_movements", "refunds"]),
    ("shop_app", "SELECT, INSERT, UPDATE (status, shipping_method_id, shipping_minor, contact_email)", ["orders"]),
    ("shop_app", "SELECT, INSERT, UPDATE (status, provider_reference)", ["payments"]),
    ("shop_app", "SELECT, INSERT, DELETE", ["coupon_redemptions"]),
    ("shop_app", "INSERT", ["product_views"]),
    ("shop_backoffice", "SELECT", common + ["users", "user_roles", "addresses", "orders", "order_items", "order_item_taxes",
        "order_addresses", "payments", "coupon_redemptions", "product_views", "daily_product_views", "daily_sales"]),
    ("shop_backoffice", "SELECT, INSERT, UPDATE, DELETE", catalogue + rates + ["coupon_categories"]),
    ("shop_backoffice", "INSERT, UPDATE", ["warehouses"]),
    ("shop_backoffice", "SELECT, INSERT", ["stock_movements"]),
    ("shop_backoffice", "SELECT, INSERT, UPDATE", ["shipments", "shipment_items", "refunds"]),
    ("shop_backoffice", "INSERT, DELETE", ["user_roles"]),
    ("shop_backoffice", "UPDATE (status)", ["users", "orders"]),
    ("shop_backoffice", "SELECT, UPDATE (status)", ["reviews"]),
    ("shop_backoffice", "SELECT, INSERT (code, kind, percent_off, amount_off_minor, currency_code, minimum_minor, starts_at, expires_at, is_active, most_redemptions, most_per_customer), UPDATE (starts_at, expires_at, is_active, most_redemptions, most_per_customer)", ["coupons"]),
    ("shop_reporting", "SELECT", ["countries", "currencies", "categories", "categories_closure", "brands", "products", "variants",
        "order_items", "order_totals", "available_stock", "product_ratings", "daily_product_views", "daily_sales"]),
    ("shop_reporting", "SELECT (id, order_number, currency_code, prices_include_tax, shipping_method_id, shipping_minor, status, placed_at)", ["orders"]),
] %}
{% if not sqlite %}
{% for name in ("shop_app", "shop_backoffice", "shop_reporting") %}
{{ role(name) }}
{% endfor %}

{% for name, privileges, tables in grants %}
{{ grant(privileges, tables, name) }}
{% endfor %}
-- down
{% for name, privileges, tables in grants | reverse %}
{{ revoke(privileges, tables, name) }}
{% endfor %}
{% endif %}

{% from "iso.sql" import countries, currencies %}
{% from "reference.sql" import reference, reference_pairs with context %}
{{ reference("countries", ["code"], ["code", "name"], countries) }}

{{ reference("currencies", ["code"], ["code", "name", "minor_digits"], currencies) }}

{{ reference("tax_classes", ["name"], ["name"], [("standard",), ("reduced",), ("exempt",)]) }}

{{ reference("permissions", ["code"], ["code", "description"], [
    ("catalogue.write", "Change categories, products and their prices"),
    ("stock.write", "Book movements of the stock"),
    ("orders.read", "See all orders"),
    ("orders.write", "Move orders from state to state"),
    ("orders.refund", "Give money back"),
    ("coupons.write", "Make and end coupons"),
    ("reviews.moderate", "Publish and reject reviews"),
    ("users.write", "Suspend users and give them roles"),
]) }}

{{ reference("roles", ["name"], ["name", "description"], [
    ("administrator", "May do everything"),
    ("merchandiser", "Keeps the catalogue and the coupons"),
    ("support", "Helps customers with their orders"),
    ("warehouse", "Packs and sends"),
]) }}

{{ reference_pairs("role_permissions", ["role_id", "permission_id"], ["roles", "name"], ["permissions", "code"], [
    ("administrator", "catalogue.write"), ("administrator", "stock.write"), ("administrator", "orders.read"),
    ("administrator", "orders.write"), ("administrator", "orders.refund"), ("administrator", "coupons.write"),
    ("administrator", "reviews.moderate"), ("administrator", "users.write"),
    ("merchandiser", "catalogue.write"), ("merchandiser", "coupons.write"), ("merchandiser", "reviews.moderate"),
    ("support", "orders.read"), ("support", "orders.write"), ("support", "orders.refund"), ("support", "reviews.moderate"),
    ("warehouse", "orders.read"), ("warehouse", "stock.write"),
]) }}

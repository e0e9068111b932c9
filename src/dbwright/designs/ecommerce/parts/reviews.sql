{% from "guards.sql" import frozen, yes_or_no %}
-- What buyers think. A review belongs to an item of an order, so that only what was bought can be reviewed, and once;
-- its author is who placed that order.
CREATE TABLE reviews (
    id {{ t.id }} PRIMARY KEY,
    order_id {{ t.key }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    rating {{ t.small }} NOT NULL,
    title {{ t.text(120) }} NOT NULL,
    body {{ t.long }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'pending',
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT reviews_order_id_variant_id_key UNIQUE (order_id, variant_id),
    CONSTRAINT reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT reviews_status_check CHECK (status IN ('pending', 'published', 'rejected')),
    CONSTRAINT reviews_item_fkey FOREIGN KEY (order_id, variant_id) REFERENCES order_items (order_id, variant_id)
);
CREATE INDEX reviews_variant_id_created_at_idx ON reviews (variant_id, created_at);
{{ block("updated_at", "reviews") }}
{{ frozen("reviews", ("order_id", "variant_id")) }}

-- Whether readers found a review helpful: one vote each.
CREATE TABLE review_votes (
    review_id {{ t.key }} NOT NULL,
    user_id {{ t.key }} NOT NULL,
    is_helpful {{ t.flag }} NOT NULL,
    PRIMARY KEY (review_id, user_id),
    {% if not postgres %}
    CONSTRAINT review_votes_is_helpful_check{{ yes_or_no("is_helpful") }},
    {% endif %}
    CONSTRAINT review_votes_review_id_fkey FOREIGN KEY (review_id) REFERENCES reviews (id) ON DELETE CASCADE,
    CONSTRAINT review_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX review_votes_user_id_idx ON review_votes (user_id);

-- The published reviews of a product in numbers.
CREATE {{ "SQL SECURITY INVOKER " if mysql }}VIEW product_ratings AS
SELECT variant.product_id, count(*) AS reviews, avg(review.rating) AS average
FROM reviews AS review
JOIN variants AS variant ON variant.id = review.variant_id
WHERE review.status = 'published'
GROUP BY variant.product_id;

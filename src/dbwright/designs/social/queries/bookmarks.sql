{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- What somebody bookmarked, the last first. For the next page, give the bookmark_id of the last one on this page.
-- with: before_id=9223372036854775807 page_size=20
{{ busiest("viewer_id", "bookmarks", "user_id") }}
-- uses: bookmarks_user_id_id_idx, without sorting
SELECT bookmarks.id AS bookmark_id, posts.id, posts.author_id, posts.body, posts.created_at
FROM bookmarks{{ along("bookmarks_user_id_id_idx") }}
{{ then_join() }} posts ON posts.id = bookmarks.post_id
WHERE bookmarks.user_id = :viewer_id AND bookmarks.id < :before_id
    AND {{ visible("posts") }}
ORDER BY bookmarks.id DESC
LIMIT :page_size;

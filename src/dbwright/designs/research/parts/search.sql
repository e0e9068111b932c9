{% if postgres %}
ALTER TABLE reports
    ADD COLUMN search_vector tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector(
            CASE language_code WHEN 'en' THEN 'english'::regconfig WHEN 'de' THEN 'german' WHEN 'fr' THEN 'french' WHEN 'es' THEN 'spanish' ELSE 'simple' END,
            title), 'A')
        || setweight(to_tsvector(
            CASE language_code WHEN 'en' THEN 'english'::regconfig WHEN 'de' THEN 'german' WHEN 'fr' THEN 'french' WHEN 'es' THEN 'spanish' ELSE 'simple' END,
            abstract), 'B')
    ) STORED;
COMMENT ON COLUMN reports.search_vector IS 'Title and abstract by the words'' stems, in the language of the report';

CREATE INDEX reports_search_vector_idx ON reports USING gin (search_vector);
{% elif mysql %}
CREATE FULLTEXT INDEX reports_title_abstract_idx ON reports (title, abstract);
CREATE FULLTEXT INDEX reports_title_idx ON reports (title);
{% else %}
CREATE VIRTUAL TABLE reports_search USING fts5(title, abstract, content = 'reports', content_rowid = 'id', tokenize = 'porter unicode61');

CREATE TRIGGER reports_search_insert AFTER INSERT ON reports
BEGIN
    INSERT INTO reports_search (rowid, title, abstract) VALUES (NEW.id, NEW.title, NEW.abstract);
END;

CREATE TRIGGER reports_search_delete AFTER DELETE ON reports
BEGIN
    INSERT INTO reports_search (reports_search, rowid, title, abstract) VALUES ('delete', OLD.id, OLD.title, OLD.abstract);
END;

CREATE TRIGGER reports_search_update AFTER UPDATE OF id, title, abstract ON reports
BEGIN
    INSERT INTO reports_search (reports_search, rowid, title, abstract) VALUES ('delete', OLD.id, OLD.title, OLD.abstract);
    INSERT INTO reports_search (rowid, title, abstract) VALUES (NEW.id, NEW.title, NEW.abstract);
END;
{% endif %}

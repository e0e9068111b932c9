{% from "matching.sql" import matches, language, sha256 %}
-- Numbered series in which an institution publishes.
CREATE TABLE series (
    id {{ t.id }} PRIMARY KEY,
    publisher_id {{ t.key }} NOT NULL,
    title {{ t.text(200) }} NOT NULL,
    issn {{ t.ascii(9) }},  -- International Standard Serial Number, with its hyphen
    CONSTRAINT series_publisher_id_fkey FOREIGN KEY (publisher_id) REFERENCES institutions (id),
    CONSTRAINT series_publisher_id_title_key UNIQUE (publisher_id, title),
    CONSTRAINT series_issn_key UNIQUE (issn),
    CONSTRAINT series_issn_check CHECK ({{ matches("issn", "^[0-9]{4}-[0-9]{3}[0-9X]$", "[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9X]") }})
);

-- The reports: one row a work, whatever files and editions there are of it.
CREATE TABLE reports (
    id {{ t.id }} PRIMARY KEY,
    report_type_code {{ t.ascii(30) }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'draft',
    title {{ t.text(500) }} NOT NULL,
    abstract {{ t.long }} NOT NULL,
    language_code {{ t.ascii(3) }} NOT NULL,  -- ISO 639, of the text itself
    published_on {{ t.day }},
    page_count {{ t.integer }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT reports_report_type_code_fkey FOREIGN KEY (report_type_code) REFERENCES report_types (code),
    CONSTRAINT reports_status_check CHECK (status IN ('draft', 'published', 'withdrawn')),
    CONSTRAINT reports_title_check CHECK (title <> ''),
    CONSTRAINT reports_language_code_check CHECK ({{ language("language_code") }}),
    CONSTRAINT reports_published_on_check CHECK (status = 'draft' OR published_on IS NOT NULL),
    CONSTRAINT reports_page_count_check CHECK (page_count > 0)
);

CREATE INDEX reports_report_type_code_published_on_id_idx ON reports (report_type_code, published_on, id);
CREATE INDEX reports_published_on_id_idx ON reports (published_on, id);

{{ block("updated_at", "reports") }}

-- A report's place in a series.
CREATE TABLE series_reports (
    report_id {{ t.key }} NOT NULL,
    series_id {{ t.key }} NOT NULL,
    issue_number {{ t.text(40) }} NOT NULL,  -- as it is printed: "2026/14"
    CONSTRAINT series_reports_pkey PRIMARY KEY (report_id),
    CONSTRAINT series_reports_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT series_reports_series_id_fkey FOREIGN KEY (series_id) REFERENCES series (id),
    CONSTRAINT series_reports_series_id_issue_number_key UNIQUE (series_id, issue_number)
);

-- What others call a report by: DOI, ISBN, arXiv or handle, each of them once in the world.
CREATE TABLE report_identifiers (
    id {{ t.id }} PRIMARY KEY,
    scheme {{ t.ascii(20) }} NOT NULL,
    identifier {{ t.ascii(200) }} NOT NULL,
    report_id {{ t.key }} NOT NULL,
    CONSTRAINT report_identifiers_scheme_identifier_key UNIQUE (scheme, identifier),
    CONSTRAINT report_identifiers_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT report_identifiers_scheme_check CHECK (scheme IN ('doi', 'isbn', 'arxiv', 'handle', 'oai')),
    CONSTRAINT report_identifiers_identifier_check CHECK (scheme <> 'doi' OR identifier LIKE '10.%/%')
);

CREATE INDEX report_identifiers_report_id_idx ON report_identifiers (report_id);

-- Editions that replace earlier ones: a report replaces one other at most, and is replaced by one at most.
CREATE TABLE report_replacements (
    report_id {{ t.key }} NOT NULL,
    replaced_report_id {{ t.key }} NOT NULL,
    CONSTRAINT report_replacements_pkey PRIMARY KEY (report_id),
    CONSTRAINT report_replacements_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
    CONSTRAINT report_replacements_replaced_report_id_fkey FOREIGN KEY (replaced_report_id) REFERENCES reports (id),
    CONSTRAINT report_replacements_replaced_report_id_key UNIQUE (replaced_report_id),
    CONSTRAINT report_replacements_not_itself_check CHECK (report_id <> replaced_report_id)
);

-- Files of a report. The bytes lie in an object store; what is here is where, and the digest that proves them whole.
CREATE TABLE report_files (
    id {{ t.id }} PRIMARY KEY,
    report_id {{ t.key }} NOT NULL,
    kind {{ t.text(20) }} NOT NULL,
    edition {{ t.integer }} NOT NULL DEFAULT 1,
    file_name {{ t.text(200) }} NOT NULL,
    media_type {{ t.ascii(100) }} NOT NULL,  -- such as application/pdf
    byte_count {{ t.bigint }} NOT NULL,
    sha256 {{ t.ascii(64) }} NOT NULL,  -- digest of the bytes, in hexadecimal
    storage_key {{ t.ascii(300) }} NOT NULL,  -- the object's name in the store
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT report_files_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
    CONSTRAINT report_files_storage_key_key UNIQUE (storage_key),
    CONSTRAINT report_files_report_id_edition_file_name_key UNIQUE (report_id, edition, file_name),
    CONSTRAINT report_files_kind_check CHECK (kind IN ('text', 'supplement', 'data', 'code')),
    CONSTRAINT report_files_edition_check CHECK (edition > 0),
    CONSTRAINT report_files_byte_count_check CHECK (byte_count >= 0),
    CONSTRAINT report_files_sha256_check CHECK ({{ sha256("sha256") }})
);

-- Which technologies a report is about.
CREATE TABLE report_technologies (
    report_id {{ t.key }} NOT NULL,
    technology_id {{ t.key }} NOT NULL,
    CONSTRAINT report_technologies_pkey PRIMARY KEY (report_id, technology_id),
    CONSTRAINT report_technologies_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT report_technologies_technology_id_fkey FOREIGN KEY (technology_id) REFERENCES technologies (id)
);

CREATE INDEX report_technologies_technology_id_report_id_idx ON report_technologies (technology_id, report_id);

-- The words that its authors gave a report.
CREATE TABLE report_keywords (
    report_id {{ t.key }} NOT NULL,
    keyword_id {{ t.key }} NOT NULL,
    CONSTRAINT report_keywords_pkey PRIMARY KEY (report_id, keyword_id),
    CONSTRAINT report_keywords_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT report_keywords_keyword_id_fkey FOREIGN KEY (keyword_id) REFERENCES keywords (id)
);

CREATE INDEX report_keywords_keyword_id_report_id_idx ON report_keywords (keyword_id, report_id);

{% import "macros.sql" as m with context %}
-- Features that one organisation has, or has not, whatever its plan says.
CREATE TABLE feature_overrides (
    {{ m.owner() -}}
    feature_id {{ t.key }} NOT NULL,
    is_enabled {{ t.flag }} NOT NULL,
    reason {{ t.text(200) }} NOT NULL,
    expires_at {{ t.moment }},  -- from when on the plan decides again
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }}{{ " ON UPDATE " ~ t.now if mysql }},
    {{ m.yes_or_no("feature_overrides", "is_enabled") -}}
    CONSTRAINT feature_overrides_pkey PRIMARY KEY (organization_id, feature_id),
    {{ m.belongs("feature_overrides") -}}
    CONSTRAINT feature_overrides_feature_id_fkey FOREIGN KEY (feature_id) REFERENCES features (id),
    CONSTRAINT feature_overrides_expires_at_check CHECK (expires_at > created_at)
);

CREATE INDEX feature_overrides_feature_id_idx ON feature_overrides (feature_id);
CREATE INDEX feature_overrides_expires_at_idx ON feature_overrides (expires_at);
{{ block("updated_at", "feature_overrides", key=["organization_id", "feature_id"]) }}
{{ m.guarded("feature_overrides", app="SELECT", operator="SELECT, INSERT, UPDATE, DELETE") }}

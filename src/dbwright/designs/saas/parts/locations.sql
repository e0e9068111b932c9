{% import "macros.sql" as m with context %}
-- Where the tables of an organisation are. `dbwright migrate tenants --query` reads it.
CREATE TABLE locations (
    organization_id {{ t.key }} NOT NULL,
    server_name {{ t.ascii(100) }} NOT NULL,  -- as the application's settings name it
    place_name {{ t.ascii(63) }} NOT NULL,  -- {{ "the schema" if option.isolation == "schema" and postgres else "the file" if sqlite else "the database" }}
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT locations_pkey PRIMARY KEY (organization_id),
    CONSTRAINT locations_server_name_place_name_key UNIQUE (server_name, place_name),
    CONSTRAINT locations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
{{ m.guarded("locations", app="SELECT", operator="SELECT, INSERT, UPDATE, DELETE") }}

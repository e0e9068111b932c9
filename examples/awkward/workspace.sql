-- A service for many tenants, with a prefix for each part of the system and people in many parts.

CREATE TABLE core_tenants (id integer PRIMARY KEY, name varchar(60) NOT NULL, seats integer NOT NULL);
CREATE TABLE core_users (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES core_tenants (id), email varchar(80) NOT NULL, login_count integer NOT NULL, invited_by_id integer REFERENCES core_users (id));
CREATE TABLE core_teams (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES core_tenants (id), lead_id integer REFERENCES core_users (id), size integer NOT NULL);
CREATE TABLE core_team_members (
  team_id integer NOT NULL REFERENCES core_teams (id),
  user_id integer NOT NULL REFERENCES core_users (id),
  rank integer NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE TABLE docs_folders (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES core_tenants (id), parent_id integer REFERENCES docs_folders (id), sort_order integer NOT NULL);
CREATE TABLE docs_pages (
  id integer PRIMARY KEY,
  folder_id integer NOT NULL REFERENCES docs_folders (id),
  author_id integer NOT NULL REFERENCES core_users (id),
  last_editor_id integer REFERENCES core_users (id),
  template_id integer REFERENCES docs_pages (id),
  version integer NOT NULL,
  views integer NOT NULL
);
CREATE TABLE docs_comments (
  id integer PRIMARY KEY,
  page_id integer NOT NULL REFERENCES docs_pages (id),
  commenter_id integer NOT NULL REFERENCES core_users (id),
  in_reply_to_id integer REFERENCES docs_comments (id),
  upvotes integer NOT NULL
);
CREATE TABLE work_boards (id integer PRIMARY KEY, team_id integer NOT NULL REFERENCES core_teams (id), columns_count integer NOT NULL);
CREATE TABLE work_tickets (
  id integer PRIMARY KEY,
  board_id integer NOT NULL REFERENCES work_boards (id),
  reporter_id integer NOT NULL REFERENCES core_users (id),
  assignee_id integer REFERENCES core_users (id),
  blocked_by_id integer REFERENCES work_tickets (id),
  linked_page integer REFERENCES docs_pages (id),
  story_points integer NOT NULL,
  ticket_number integer NOT NULL,
  external_ticket_id integer
);
CREATE TABLE work_ticket_watchers (
  ticket_id integer NOT NULL REFERENCES work_tickets (id),
  watcher_id integer NOT NULL REFERENCES core_users (id),
  PRIMARY KEY (ticket_id, watcher_id)
);
CREATE TABLE bill_plans (code varchar(20) PRIMARY KEY, price integer NOT NULL, max_users integer NOT NULL);
CREATE TABLE bill_subscriptions (
  id integer PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES core_tenants (id),
  plan_code varchar(20) NOT NULL REFERENCES bill_plans (code),
  billing_contact_id integer REFERENCES core_users (id),
  quantity integer NOT NULL
);
CREATE TABLE bill_invoices (id integer PRIMARY KEY, subscription_id integer NOT NULL REFERENCES bill_subscriptions (id), number integer NOT NULL, total integer NOT NULL);

-- Code hosting: accounts, projects, issues, merge requests, pipelines, packages.

-- ---------------------------------------------------------------- accounts

CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email varchar NOT NULL DEFAULT '',
    encrypted_password varchar NOT NULL DEFAULT '',
    reset_password_token varchar,
    reset_password_sent_at timestamp,
    remember_created_at timestamp,
    sign_in_count integer NOT NULL DEFAULT 0,
    current_sign_in_at timestamp,
    last_sign_in_at timestamp,
    current_sign_in_ip varchar,
    last_sign_in_ip varchar,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    name varchar NOT NULL,
    username varchar NOT NULL,
    admin boolean NOT NULL DEFAULT false,
    projects_limit integer NOT NULL DEFAULT 10,
    failed_attempts integer NOT NULL DEFAULT 0,
    locked_at timestamp,
    state varchar NOT NULL DEFAULT 'active',
    confirmation_token varchar,
    confirmed_at timestamp,
    confirmation_sent_at timestamp,
    unconfirmed_email varchar,
    avatar varchar,
    two_factor_enabled boolean NOT NULL DEFAULT false,
    encrypted_otp_secret varchar,
    encrypted_otp_secret_iv varchar,
    otp_backup_codes text,
    preferred_language varchar,
    last_activity_on date,
    user_type smallint NOT NULL DEFAULT 0,
    external boolean NOT NULL DEFAULT false,
    calendar_token varchar
);
CREATE UNIQUE INDEX index_users_on_email ON users (email);
CREATE UNIQUE INDEX index_users_on_username ON users (username);
CREATE UNIQUE INDEX index_users_on_reset_password_token ON users (reset_password_token);
CREATE UNIQUE INDEX index_users_on_confirmation_token ON users (confirmation_token);
CREATE INDEX index_users_on_calendar_token ON users (calendar_token);
CREATE INDEX index_users_on_name ON users (name);
CREATE INDEX index_users_on_created_at ON users (created_at);
CREATE INDEX index_users_on_state_and_user_type ON users (state, user_type);

CREATE TABLE profiles (
    user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    job_title varchar(200) NOT NULL DEFAULT '',
    organization varchar(500) NOT NULL DEFAULT '',
    location varchar(500) NOT NULL DEFAULT '',
    website_url varchar(500) NOT NULL DEFAULT '',
    bio varchar(255) NOT NULL DEFAULT '',
    pronouns text,
    phone text,
    CONSTRAINT check_pronouns CHECK (char_length(pronouns) <= 50),
    CONSTRAINT check_phone CHECK (char_length(phone) <= 50)
);

CREATE TABLE user_preferences (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issue_notes_filter smallint NOT NULL DEFAULT 0,
    merge_request_notes_filter smallint NOT NULL DEFAULT 0,
    time_display_relative boolean NOT NULL DEFAULT true,
    render_whitespace_in_code boolean NOT NULL DEFAULT false,
    tab_width smallint NOT NULL DEFAULT 8,
    first_day_of_week integer,
    timezone varchar,
    issues_sort varchar(64),
    merge_requests_sort varchar(64),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX index_user_preferences_on_user_id ON user_preferences (user_id);

CREATE TABLE emails (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email varchar NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    confirmation_token varchar,
    confirmed_at timestamptz,
    confirmation_sent_at timestamptz
);
CREATE UNIQUE INDEX index_emails_on_email ON emails (email);
CREATE UNIQUE INDEX index_emails_on_confirmation_token ON emails (confirmation_token);
CREATE INDEX index_emails_on_user_id ON emails (user_id);

CREATE TABLE external_logins (
    id bigserial PRIMARY KEY,
    external_id varchar,
    provider varchar,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp
);
CREATE UNIQUE INDEX index_external_logins_on_lower_external_id_and_provider ON external_logins (lower(external_id), provider);
CREATE INDEX index_external_logins_on_user_id ON external_logins (user_id);

CREATE TABLE keys (
    id bigserial PRIMARY KEY,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    key text NOT NULL,
    title varchar NOT NULL,
    type varchar,
    fingerprint_sha256 bytea NOT NULL,
    public boolean NOT NULL DEFAULT false,
    last_used_at timestamp,
    expires_at timestamptz
);
CREATE UNIQUE INDEX index_keys_on_fingerprint_sha256 ON keys (fingerprint_sha256);
CREATE INDEX index_keys_on_user_id ON keys (user_id);
CREATE INDEX index_keys_on_expires_at_and_id ON keys (expires_at, id);

CREATE TABLE signing_keys (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    primary_keyid bytea NOT NULL,
    fingerprint bytea NOT NULL,
    key text NOT NULL
);
CREATE UNIQUE INDEX index_signing_keys_on_fingerprint ON signing_keys (fingerprint);
CREATE UNIQUE INDEX index_signing_keys_on_primary_keyid ON signing_keys (primary_keyid);
CREATE INDEX index_signing_keys_on_user_id ON signing_keys (user_id);

CREATE TABLE api_tokens (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name varchar NOT NULL,
    revoked boolean NOT NULL DEFAULT false,
    expires_at date,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    scopes varchar NOT NULL DEFAULT '[]',
    for_bots boolean NOT NULL DEFAULT false,
    token_digest varchar NOT NULL,
    last_used_at timestamptz
);
CREATE UNIQUE INDEX index_api_tokens_on_token_digest ON api_tokens (token_digest);
CREATE INDEX index_api_tokens_on_user_id_and_expires_at ON api_tokens (user_id, expires_at);
CREATE INDEX index_expired_tokens ON api_tokens (expires_at, id) WHERE NOT revoked;

CREATE TABLE oauth_applications (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    uid varchar NOT NULL,
    secret varchar NOT NULL,
    redirect_uri text NOT NULL,
    scopes varchar NOT NULL DEFAULT '',
    owner_id bigint,
    owner_type varchar,
    trusted boolean NOT NULL DEFAULT false,
    confidential boolean NOT NULL DEFAULT true,
    created_at timestamp,
    updated_at timestamp
);
CREATE UNIQUE INDEX index_oauth_applications_on_uid ON oauth_applications (uid);
CREATE INDEX index_oauth_applications_on_owner_id_and_owner_type ON oauth_applications (owner_id, owner_type);

CREATE TABLE oauth_access_grants (
    id bigserial PRIMARY KEY,
    resource_owner_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    application_id bigint NOT NULL REFERENCES oauth_applications (id) ON DELETE CASCADE,
    token varchar NOT NULL,
    expires_in integer NOT NULL,
    redirect_uri text NOT NULL,
    created_at timestamp NOT NULL,
    revoked_at timestamp,
    scopes varchar
);
CREATE UNIQUE INDEX index_oauth_access_grants_on_token ON oauth_access_grants (token);
CREATE INDEX index_oauth_access_grants_on_application_id ON oauth_access_grants (application_id);
CREATE INDEX index_oauth_access_grants_on_resource_owner_id ON oauth_access_grants (resource_owner_id);

CREATE TABLE oauth_access_tokens (
    id bigserial PRIMARY KEY,
    resource_owner_id bigint REFERENCES users (id) ON DELETE CASCADE,
    application_id bigint REFERENCES oauth_applications (id) ON DELETE CASCADE,
    token varchar NOT NULL,
    refresh_token varchar,
    expires_in integer DEFAULT 7200,
    revoked_at timestamp,
    created_at timestamp NOT NULL,
    scopes varchar
);
CREATE UNIQUE INDEX index_oauth_access_tokens_on_token ON oauth_access_tokens (token);
CREATE UNIQUE INDEX index_oauth_access_tokens_on_refresh_token ON oauth_access_tokens (refresh_token);
CREATE INDEX index_oauth_access_tokens_on_application_id ON oauth_access_tokens (application_id);
CREATE INDEX index_oauth_access_tokens_on_resource_owner_id ON oauth_access_tokens (resource_owner_id);

CREATE TABLE security_keys (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    counter bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    credential_xid text NOT NULL,
    name text NOT NULL,
    public_key text NOT NULL,
    CONSTRAINT check_name CHECK (char_length(name) <= 255),
    CONSTRAINT check_credential_xid CHECK (char_length(credential_xid) <= 1364)
);
CREATE UNIQUE INDEX index_security_keys_on_credential_xid ON security_keys (credential_xid);
CREATE INDEX index_security_keys_on_user_id ON security_keys (user_id);

CREATE TABLE sign_ins (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    user_id bigint REFERENCES users (id) ON DELETE SET NULL,
    result smallint NOT NULL,
    ip_address inet,
    provider text NOT NULL,
    user_name text NOT NULL
);
CREATE INDEX index_sign_ins_on_user_id_and_created_at ON sign_ins (user_id, created_at);
CREATE INDEX index_sign_ins_on_created_at ON sign_ins (created_at);

CREATE TABLE follows (
    follower_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    followee_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (follower_id, followee_id)
);
CREATE INDEX index_follows_on_followee_id ON follows (followee_id);

CREATE TABLE abuse_reports (
    id bigserial PRIMARY KEY,
    reporter_id bigint REFERENCES users (id) ON DELETE SET NULL,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    message text,
    created_at timestamp,
    updated_at timestamp,
    category smallint NOT NULL DEFAULT 1,
    status smallint NOT NULL DEFAULT 1,
    resolved_at timestamptz
);
CREATE INDEX index_abuse_reports_on_user_id ON abuse_reports (user_id);
CREATE INDEX index_abuse_reports_on_reporter_id ON abuse_reports (reporter_id);

-- ---------------------------------------------------------------- groups and projects

CREATE TABLE plans (
    id bigserial PRIMARY KEY,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    name varchar NOT NULL,
    title varchar NOT NULL
);
CREATE UNIQUE INDEX index_plans_on_name ON plans (name);

CREATE TABLE plan_limits (
    id bigserial PRIMARY KEY,
    plan_id bigint NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    pipeline_size integer NOT NULL DEFAULT 0,
    active_jobs integer NOT NULL DEFAULT 0,
    project_hooks integer NOT NULL DEFAULT 100,
    group_hooks integer NOT NULL DEFAULT 50,
    pipeline_subscriptions integer NOT NULL DEFAULT 2,
    pipeline_schedules integer NOT NULL DEFAULT 10,
    offset_pagination_limit integer NOT NULL DEFAULT 50000,
    storage_size_limit integer NOT NULL DEFAULT 0,
    package_max_file_size bigint NOT NULL DEFAULT 5368709120
);
CREATE UNIQUE INDEX index_plan_limits_on_plan_id ON plan_limits (plan_id);

CREATE TABLE groups (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    path varchar NOT NULL,
    owner_id bigint REFERENCES users (id),
    created_at timestamp,
    updated_at timestamp,
    type varchar NOT NULL DEFAULT 'User',
    description varchar NOT NULL DEFAULT '',
    avatar varchar,
    visibility integer NOT NULL DEFAULT 20,
    description_html text,
    parent_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    require_two_factor_authentication boolean NOT NULL DEFAULT false,
    runners_token_encrypted varchar,
    shared_runners boolean NOT NULL DEFAULT true,
    ancestor_ids bigint[] NOT NULL DEFAULT '{}',
    plan_id bigint REFERENCES plans (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX index_groups_on_parent_id_and_path ON groups (parent_id, path);
CREATE INDEX index_groups_on_owner_id ON groups (owner_id);
CREATE INDEX index_groups_on_plan_id ON groups (plan_id);
CREATE INDEX index_groups_on_path ON groups (path);
CREATE INDEX index_groups_on_type_and_id ON groups (type, id);
CREATE INDEX index_groups_on_ancestor_ids ON groups USING gin (ancestor_ids);
CREATE UNIQUE INDEX index_groups_on_runners_token_encrypted ON groups (runners_token_encrypted);

CREATE TABLE group_settings (
    group_id bigint PRIMARY KEY REFERENCES groups (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    prevent_forking_outside_group boolean NOT NULL DEFAULT false,
    default_branch_name text,
    repository_read_only boolean NOT NULL DEFAULT false,
    CONSTRAINT check_default_branch_name CHECK (char_length(default_branch_name) <= 255)
);

CREATE TABLE projects (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    path varchar NOT NULL,
    description text,
    created_at timestamp,
    updated_at timestamp,
    creator_id bigint,
    forked_from_id bigint REFERENCES projects (id) ON DELETE SET NULL,
    group_id bigint NOT NULL REFERENCES groups (id),
    last_activity_at timestamp,
    import_url varchar,
    visibility integer NOT NULL DEFAULT 0,
    archived boolean NOT NULL DEFAULT false,
    avatar varchar,
    star_count integer NOT NULL DEFAULT 0,
    import_type varchar,
    runners_token_encrypted varchar,
    job_timeout integer NOT NULL DEFAULT 3600,
    shared_runners boolean NOT NULL DEFAULT true,
    pending_delete boolean NOT NULL DEFAULT false,
    public_jobs boolean NOT NULL DEFAULT true,
    merge_needs_green_pipeline boolean NOT NULL DEFAULT false,
    large_files_enabled boolean,
    description_html text,
    pipeline_config_path varchar,
    storage_version smallint NOT NULL DEFAULT 2,
    merge_method smallint NOT NULL DEFAULT 0,
    cache_generation integer,
    merge_commit_template text,
    delete_error text,
    deletion_scheduled_on date,
    deletion_scheduled_by_id bigint REFERENCES users (id) ON DELETE SET NULL,
    remove_source_branch_after_merge boolean,
    CONSTRAINT check_merge_commit_template CHECK (char_length(merge_commit_template) <= 500)
);
CREATE UNIQUE INDEX index_projects_on_group_id_and_path ON projects (group_id, path);
CREATE INDEX index_projects_on_creator_id_and_created_at ON projects (creator_id, created_at);
CREATE INDEX index_projects_on_last_activity_at_and_id ON projects (last_activity_at, id) WHERE pending_delete = false;
CREATE INDEX index_projects_on_star_count ON projects (star_count);
CREATE INDEX index_projects_on_name_and_id ON projects (name, id);
CREATE INDEX index_projects_on_deletion_scheduled_by_id ON projects (deletion_scheduled_by_id)
    WHERE deletion_scheduled_by_id IS NOT NULL;
CREATE UNIQUE INDEX index_projects_on_runners_token_encrypted ON projects (runners_token_encrypted);

CREATE TABLE project_permissions (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    merge_requests_access_level integer NOT NULL DEFAULT 20,
    issues_access_level integer NOT NULL DEFAULT 20,
    wiki_access_level integer NOT NULL DEFAULT 20,
    snippets_access_level integer NOT NULL DEFAULT 20,
    jobs_access_level integer NOT NULL DEFAULT 20,
    repository_access_level integer NOT NULL DEFAULT 20,
    created_at timestamp,
    updated_at timestamp
);
CREATE UNIQUE INDEX index_project_permissions_on_project_id ON project_permissions (project_id);

CREATE TABLE project_settings (
    project_id bigint PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    show_default_reactionss boolean NOT NULL DEFAULT true,
    squash_option smallint NOT NULL DEFAULT 3,
    has_external_docs boolean NOT NULL DEFAULT false,
    previous_default_branch text,
    warns_of_hidden_characters boolean NOT NULL DEFAULT true,
    target_platforms varchar[] NOT NULL DEFAULT '{}',
    CONSTRAINT check_previous_default_branch CHECK (char_length(previous_default_branch) <= 4096)
);

CREATE TABLE project_accesses (
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    access_level integer NOT NULL,
    PRIMARY KEY (user_id, project_id, access_level)
);
CREATE INDEX index_project_accesses_on_project_id ON project_accesses (project_id);

CREATE TABLE memberships (
    id bigserial PRIMARY KEY,
    access_level integer NOT NULL,
    source_id bigint NOT NULL,
    source_type varchar NOT NULL,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    notification_level integer NOT NULL,
    type varchar NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    created_by_id bigint,
    invitation_email varchar,
    invitation_token varchar,
    invitation_accepted_at timestamp,
    requested_at timestamp,
    expires_at date,
    state smallint NOT NULL DEFAULT 0
);
CREATE INDEX index_memberships_on_user_id ON memberships (user_id);
CREATE INDEX index_memberships_on_source_id_and_source_type ON memberships (source_id, source_type);
CREATE UNIQUE INDEX index_memberships_on_invitation_token ON memberships (invitation_token);
CREATE INDEX index_memberships_on_invitation_email ON memberships (invitation_email);
CREATE INDEX index_memberships_on_requested_at ON memberships (requested_at);
CREATE INDEX index_memberships_on_expires_at ON memberships (expires_at);

CREATE TABLE project_shares (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    group_access integer NOT NULL DEFAULT 30,
    expires_at date
);
CREATE INDEX index_project_shares_on_group_id ON project_shares (group_id);
CREATE UNIQUE INDEX index_project_shares_on_project_id_and_group_id ON project_shares (project_id, group_id);

CREATE TABLE group_shares (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    shared_group_id bigint NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    shared_with_group_id bigint NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    expires_at date,
    group_access smallint NOT NULL DEFAULT 30
);
CREATE UNIQUE INDEX index_group_shares_on_shared_group_and_shared_with_group
    ON group_shares (shared_group_id, shared_with_group_id);
CREATE INDEX index_group_shares_on_shared_with_group_id ON group_shares (shared_with_group_id);

CREATE TABLE paths (
    id bigserial PRIMARY KEY,
    source_id bigint NOT NULL,
    source_type varchar NOT NULL,
    path varchar NOT NULL,
    name varchar,
    created_at timestamp,
    updated_at timestamp
);
CREATE UNIQUE INDEX index_paths_on_path ON paths (path);
CREATE UNIQUE INDEX index_paths_on_source_type_and_source_id ON paths (source_type, source_id);
CREATE INDEX index_paths_on_path_text_pattern_ops ON paths (path varchar_pattern_ops);

CREATE TABLE former_paths (
    id bigserial PRIMARY KEY,
    source_id bigint NOT NULL,
    source_type varchar NOT NULL,
    path varchar NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE UNIQUE INDEX index_former_paths_on_path ON former_paths (path);
CREATE INDEX index_former_paths_on_source_type_and_source_id ON former_paths (source_type, source_id);

CREATE TABLE stars (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp
);
CREATE INDEX index_stars_on_project_id ON stars (project_id);
CREATE UNIQUE INDEX index_stars_on_user_id_and_project_id ON stars (user_id, project_id);

CREATE TABLE topics (
    id bigserial PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    avatar text,
    description text,
    total_projects_count bigint NOT NULL DEFAULT 0,
    CONSTRAINT check_name CHECK (char_length(name) <= 255),
    CONSTRAINT check_description CHECK (char_length(description) <= 1024)
);
CREATE UNIQUE INDEX index_topics_on_name ON topics (name);
CREATE INDEX index_topics_on_total_projects_count ON topics (total_projects_count DESC, id);

CREATE TABLE project_topics (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    topic_id bigint NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX index_project_topics_on_project_id_and_topic_id ON project_topics (project_id, topic_id);
CREATE INDEX index_project_topics_on_topic_id ON project_topics (topic_id);

CREATE TABLE deploy_tokens (
    id bigserial PRIMARY KEY,
    revoked boolean NOT NULL DEFAULT false,
    read_repository boolean NOT NULL DEFAULT false,
    read_registry boolean NOT NULL DEFAULT false,
    write_registry boolean NOT NULL DEFAULT false,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    name varchar NOT NULL,
    token_encrypted varchar NOT NULL,
    username varchar,
    token_type smallint NOT NULL DEFAULT 2
);
CREATE UNIQUE INDEX index_deploy_tokens_on_token_encrypted ON deploy_tokens (token_encrypted);
CREATE INDEX index_deploy_tokens_on_expires_at ON deploy_tokens (expires_at);

CREATE TABLE project_deploy_tokens (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    deploy_token_id bigint NOT NULL REFERENCES deploy_tokens (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX index_project_deploy_tokens_on_project_id_and_deploy_token_id
    ON project_deploy_tokens (project_id, deploy_token_id);
CREATE INDEX index_project_deploy_tokens_on_deploy_token_id ON project_deploy_tokens (deploy_token_id);

CREATE TABLE project_deploy_keys (
    id bigserial PRIMARY KEY,
    deploy_key_id bigint NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    can_push boolean NOT NULL DEFAULT false
);
CREATE INDEX index_project_deploy_keys_on_deploy_key_id ON project_deploy_keys (deploy_key_id);
CREATE INDEX index_project_deploy_keys_on_project_id ON project_deploy_keys (project_id);

CREATE TABLE protected_branches (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name varchar NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    allow_force_push boolean NOT NULL DEFAULT false
);
CREATE INDEX index_protected_branches_on_project_id ON protected_branches (project_id);

CREATE TABLE protected_branch_accesses (
    id bigserial PRIMARY KEY,
    protected_branch_id bigint NOT NULL REFERENCES protected_branches (id) ON DELETE CASCADE,
    access_level integer DEFAULT 40,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_protected_branch_accesses_on_branch ON protected_branch_accesses (protected_branch_id);
CREATE INDEX index_protected_branch_accesses_on_user_id ON protected_branch_accesses (user_id);
CREATE INDEX index_protected_branch_accesses_on_group_id ON protected_branch_accesses (group_id);

CREATE TABLE protected_tags (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name varchar NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE UNIQUE INDEX index_protected_tags_on_project_id_and_name ON protected_tags (project_id, name);

CREATE TABLE mirrors (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    url varchar,
    enabled boolean NOT NULL DEFAULT true,
    update_status varchar,
    last_update_at timestamp,
    last_successful_update_at timestamp,
    last_error varchar,
    encrypted_credentials text,
    encrypted_credentials_iv varchar,
    only_protected_branches boolean NOT NULL DEFAULT false,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_mirrors_on_project_id ON mirrors (project_id);
CREATE INDEX index_mirrors_on_last_successful_update_at ON mirrors (last_successful_update_at);

CREATE TABLE webhooks (
    id bigserial PRIMARY KEY,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    type varchar NOT NULL DEFAULT 'ProjectHook',
    push_events boolean NOT NULL DEFAULT true,
    issues_events boolean NOT NULL DEFAULT false,
    merge_requests_events boolean NOT NULL DEFAULT false,
    tag_push_events boolean NOT NULL DEFAULT false,
    note_events boolean NOT NULL DEFAULT false,
    enable_ssl_verification boolean DEFAULT true,
    push_events_branch_filter text,
    encrypted_token varchar,
    encrypted_token_iv varchar,
    encrypted_url varchar,
    encrypted_url_iv varchar,
    recent_failures smallint NOT NULL DEFAULT 0,
    backoff_count smallint NOT NULL DEFAULT 0,
    disabled_until timestamptz
);
CREATE INDEX index_webhooks_on_project_id ON webhooks (project_id);
CREATE INDEX index_webhooks_on_group_id ON webhooks (group_id) WHERE type = 'GroupHook';

CREATE TABLE webhook_deliveries (
    id bigserial,
    webhook_id bigint NOT NULL,
    trigger varchar,
    url varchar,
    request_headers text,
    request_data text,
    response_headers text,
    response_body text,
    response_status varchar,
    execution_duration double precision,
    internal_error_message varchar,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX index_webhook_deliveries_on_webhook_id_and_created_at ON webhook_deliveries (webhook_id, created_at);
CREATE TABLE webhook_deliveries_000000 PARTITION OF webhook_deliveries DEFAULT;

CREATE TABLE integrations (
    id bigserial PRIMARY KEY,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    active boolean NOT NULL DEFAULT false,
    category varchar NOT NULL DEFAULT 'common',
    instance boolean NOT NULL DEFAULT false,
    inherit_from_id bigint REFERENCES integrations (id) ON DELETE CASCADE,
    type text,
    encrypted_properties bytea,
    encrypted_properties_iv bytea
);
CREATE INDEX index_integrations_on_project_id_and_type ON integrations (project_id, type);
CREATE INDEX index_integrations_on_group_id ON integrations (group_id);
CREATE INDEX index_integrations_on_inherit_from_id ON integrations (inherit_from_id);
CREATE UNIQUE INDEX index_integrations_on_unique_instance_type ON integrations (type) WHERE instance;

-- ---------------------------------------------------------------- issues

CREATE TABLE milestones (
    id bigserial PRIMARY KEY,
    title varchar NOT NULL,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    description text,
    due_date date,
    created_at timestamp,
    updated_at timestamp,
    state varchar,
    number integer,
    title_html text,
    description_html text,
    start_date date,
    html_version integer,
    lock_version integer NOT NULL DEFAULT 0
);
CREATE INDEX index_milestones_on_due_date ON milestones (due_date);
CREATE INDEX index_milestones_on_group_id ON milestones (group_id);
CREATE UNIQUE INDEX index_milestones_on_project_id_and_number ON milestones (project_id, number);
CREATE INDEX index_milestones_on_title ON milestones (title);

CREATE TABLE labels (
    id bigserial PRIMARY KEY,
    title varchar,
    color varchar,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    template boolean DEFAULT false,
    description varchar,
    description_html text,
    type varchar,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX index_labels_on_group_id_and_title_unique ON labels (group_id, title) WHERE project_id IS NULL;
CREATE UNIQUE INDEX index_labels_on_project_id_and_title_unique ON labels (project_id, title) WHERE group_id IS NULL;
CREATE INDEX index_labels_on_title ON labels (title);

CREATE TABLE labelings (
    id bigserial PRIMARY KEY,
    label_id bigint REFERENCES labels (id) ON DELETE CASCADE,
    target_id bigint,
    target_type varchar,
    created_at timestamp,
    updated_at timestamp
);
CREATE INDEX index_labelings_on_label_id_and_target_type ON labelings (label_id, target_type);
CREATE INDEX index_labelings_on_target_id_and_target_type ON labelings (target_id, target_type);

CREATE TABLE label_priorities (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    label_id bigint NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
    priority integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_label_priorities_on_label_id ON label_priorities (label_id);
CREATE INDEX index_label_priorities_on_priority ON label_priorities (priority);
CREATE UNIQUE INDEX index_label_priorities_on_project_id_and_label_id ON label_priorities (project_id, label_id);

CREATE TABLE sprints (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    start_date date NOT NULL,
    due_date date NOT NULL,
    group_id bigint NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    number integer NOT NULL,
    title text,
    description text,
    state smallint NOT NULL DEFAULT 1,
    CONSTRAINT check_title CHECK (char_length(title) <= 255),
    CONSTRAINT check_dates CHECK (start_date <= due_date)
);
CREATE UNIQUE INDEX index_sprints_on_group_id_and_number ON sprints (group_id, number);

CREATE TABLE initiatives (
    id bigserial PRIMARY KEY,
    group_id bigint NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    author_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    assignee_id bigint REFERENCES users (id) ON DELETE SET NULL,
    number integer NOT NULL,
    updated_by_id bigint,
    lock_version integer NOT NULL DEFAULT 0,
    start_date date,
    end_date date,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    title varchar NOT NULL,
    title_html varchar NOT NULL,
    description text,
    description_html text,
    parent_id bigint REFERENCES initiatives (id) ON DELETE SET NULL,
    rank integer,
    state smallint NOT NULL DEFAULT 1,
    confidential boolean NOT NULL DEFAULT false,
    closed_at timestamp,
    closed_by_id bigint REFERENCES users (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX index_initiatives_on_group_id_and_number ON initiatives (group_id, number);
CREATE INDEX index_initiatives_on_author_id ON initiatives (author_id);
CREATE INDEX index_initiatives_on_assignee_id ON initiatives (assignee_id);
CREATE INDEX index_initiatives_on_parent_id ON initiatives (parent_id);
CREATE INDEX index_initiatives_on_closed_by_id ON initiatives (closed_by_id);
CREATE INDEX index_initiatives_on_end_date ON initiatives (end_date);

CREATE TABLE issues (
    id bigserial PRIMARY KEY,
    title varchar NOT NULL,
    author_id bigint REFERENCES users (id) ON DELETE SET NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    description text,
    milestone_id bigint REFERENCES milestones (id) ON DELETE SET NULL,
    number integer NOT NULL,
    updated_by_id bigint REFERENCES users (id) ON DELETE SET NULL,
    weight integer,
    confidential boolean NOT NULL DEFAULT false,
    due_date date,
    moved_to_id bigint REFERENCES issues (id) ON DELETE SET NULL,
    duplicate_of_id bigint REFERENCES issues (id) ON DELETE SET NULL,
    lock_version integer DEFAULT 0,
    title_html text,
    description_html text,
    estimated_seconds integer NOT NULL DEFAULT 0,
    rank integer,
    reply_to_email varchar,
    html_version integer,
    last_edited_at timestamp,
    last_edited_by_id bigint,
    comments_locked boolean,
    closed_at timestamptz,
    closed_by_id bigint REFERENCES users (id) ON DELETE SET NULL,
    state smallint NOT NULL DEFAULT 1,
    issue_type smallint NOT NULL DEFAULT 0,
    sprint_id bigint REFERENCES sprints (id) ON DELETE SET NULL,
    upvotes_count integer NOT NULL DEFAULT 0,
    external_key varchar(255)
);
CREATE UNIQUE INDEX index_issues_on_project_id_and_number ON issues (project_id, number);
CREATE INDEX index_issues_on_author_id ON issues (author_id);
CREATE INDEX index_issues_on_milestone_id ON issues (milestone_id);
CREATE INDEX index_issues_on_moved_to_id ON issues (moved_to_id) WHERE moved_to_id IS NOT NULL;
CREATE INDEX index_issues_on_duplicate_of_id ON issues (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL;
CREATE INDEX index_issues_on_updated_by_id ON issues (updated_by_id) WHERE updated_by_id IS NOT NULL;
CREATE INDEX index_issues_on_closed_by_id ON issues (closed_by_id);
CREATE INDEX index_issues_on_sprint_id ON issues (sprint_id);
CREATE INDEX index_issues_on_project_id_and_created_at ON issues (project_id, created_at, id, state);
CREATE INDEX index_issues_on_project_id_and_due_date ON issues (project_id, due_date, id, state) WHERE due_date IS NOT NULL;
CREATE INDEX index_issues_on_updated_at ON issues (updated_at);

CREATE TABLE issue_assignees (
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issue_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    PRIMARY KEY (issue_id, user_id)
);
CREATE INDEX index_issue_assignees_on_user_id ON issue_assignees (user_id);

CREATE TABLE issue_links (
    id bigserial PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    target_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    link_type smallint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_issue_links_on_source_id_and_target_id ON issue_links (source_id, target_id);
CREATE INDEX index_issue_links_on_target_id ON issue_links (target_id);

CREATE TABLE initiative_issues (
    id bigserial PRIMARY KEY,
    initiative_id bigint NOT NULL REFERENCES initiatives (id) ON DELETE CASCADE,
    issue_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    rank integer
);
CREATE INDEX index_initiative_issues_on_initiative_id ON initiative_issues (initiative_id);
CREATE UNIQUE INDEX index_initiative_issues_on_issue_id ON initiative_issues (issue_id);

CREATE TABLE issue_metrics (
    id bigserial PRIMARY KEY,
    issue_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    first_mentioned_in_commit_at timestamp,
    first_associated_with_milestone_at timestamp,
    first_added_to_board_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_issue_metrics_on_issue_id ON issue_metrics (issue_id);

CREATE TABLE boards (
    id bigserial PRIMARY KEY,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    milestone_id bigint REFERENCES milestones (id) ON DELETE SET NULL,
    name varchar NOT NULL DEFAULT 'Development',
    hide_backlog_list boolean NOT NULL DEFAULT false,
    hide_closed_list boolean NOT NULL DEFAULT false
);
CREATE INDEX index_boards_on_project_id ON boards (project_id);
CREATE INDEX index_boards_on_group_id ON boards (group_id);
CREATE INDEX index_boards_on_milestone_id ON boards (milestone_id);

CREATE TABLE board_columns (
    id bigserial PRIMARY KEY,
    board_id bigint NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    label_id bigint REFERENCES labels (id) ON DELETE CASCADE,
    column_type integer NOT NULL DEFAULT 1,
    position integer,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    milestone_id bigint REFERENCES milestones (id) ON DELETE CASCADE,
    max_issue_count integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_board_columns_on_board_id_and_label_id ON board_columns (board_id, label_id);
CREATE INDEX index_board_columns_on_label_id ON board_columns (label_id);
CREATE INDEX index_board_columns_on_user_id ON board_columns (user_id);
CREATE INDEX index_board_columns_on_milestone_id ON board_columns (milestone_id);

CREATE TABLE time_entries (
    id bigserial PRIMARY KEY,
    spent_seconds integer NOT NULL,
    user_id bigint,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    issue_id bigint REFERENCES issues (id) ON DELETE CASCADE,
    merge_request_id bigint,
    spent_at timestamp,
    summary text,
    CONSTRAINT check_summary CHECK (char_length(summary) <= 255)
);
CREATE INDEX index_time_entries_on_issue_id ON time_entries (issue_id);
CREATE INDEX index_time_entries_on_merge_request_id ON time_entries (merge_request_id);
CREATE INDEX index_time_entries_on_user_id ON time_entries (user_id);
CREATE INDEX index_time_entries_on_spent_at ON time_entries (spent_at) WHERE spent_at IS NOT NULL;

-- ---------------------------------------------------------------- notes and activity

CREATE TABLE notes (
    id bigserial PRIMARY KEY,
    note text,
    subject_type varchar,
    author_id bigint,
    created_at timestamp,
    updated_at timestamp,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    attachment varchar,
    commit_id varchar,
    subject_id bigint,
    system boolean NOT NULL DEFAULT false,
    updated_by_id bigint,
    type varchar,
    position text,
    original_position text,
    resolved_at timestamp,
    resolved_by_id bigint,
    discussion_id varchar,
    note_html text,
    html_version integer,
    confidential boolean,
    last_edited_at timestamptz
);
CREATE INDEX index_notes_on_author_id_and_created_at_and_id ON notes (author_id, created_at, id);
CREATE INDEX index_notes_on_commit_id ON notes (commit_id);
CREATE INDEX index_notes_on_created_at ON notes (created_at);
CREATE INDEX index_notes_on_discussion_id ON notes (discussion_id);
CREATE INDEX index_notes_on_subject_id_and_subject_type_and_system ON notes (subject_id, subject_type, system);
CREATE INDEX index_notes_on_project_id_and_subject_type ON notes (project_id, subject_type);

CREATE TABLE suggestions (
    id bigserial PRIMARY KEY,
    note_id bigint NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    relative_order smallint NOT NULL,
    applied boolean NOT NULL DEFAULT false,
    commit_id varchar,
    from_content text NOT NULL,
    to_content text NOT NULL,
    lines_above integer NOT NULL DEFAULT 0,
    lines_below integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_suggestions_on_note_id_and_relative_order ON suggestions (note_id, relative_order);

CREATE TABLE reactions (
    id bigserial PRIMARY KEY,
    name varchar,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    reactable_id bigint,
    reactable_type varchar,
    created_at timestamp,
    updated_at timestamp
);
CREATE INDEX index_reactions_on_reactable_type_and_reactable_id ON reactions (reactable_type, reactable_id);
CREATE INDEX index_reactions_on_user_id_and_name ON reactions (user_id, name);

CREATE TABLE events (
    id bigserial PRIMARY KEY,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    author_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target_id bigint,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    action smallint NOT NULL,
    target_type varchar,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    fingerprint bytea,
    CONSTRAINT check_fingerprint CHECK (octet_length(fingerprint) <= 128)
);
CREATE INDEX index_events_on_author_id_and_created_at ON events (author_id, created_at);
CREATE INDEX index_events_on_created_at_and_id ON events (created_at, id);
CREATE INDEX index_events_on_group_id_and_id ON events (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX index_events_on_project_id_and_created_at ON events (project_id, created_at);
CREATE INDEX index_events_on_target_type_and_target_id ON events (target_type, target_id);

CREATE TABLE pushes (
    commit_count bigint NOT NULL,
    event_id bigint PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
    action smallint NOT NULL,
    ref_type smallint NOT NULL,
    commit_from bytea,
    commit_to bytea,
    ref text,
    commit_title varchar(70)
);

CREATE TABLE todos (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    group_id bigint REFERENCES groups (id) ON DELETE CASCADE,
    target_id bigint,
    target_type varchar NOT NULL,
    author_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    action integer NOT NULL,
    state varchar NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    note_id bigint REFERENCES notes (id) ON DELETE CASCADE,
    commit_id varchar
);
CREATE INDEX index_todos_on_author_id_and_created_at ON todos (author_id, created_at);
CREATE INDEX index_todos_on_group_id ON todos (group_id);
CREATE INDEX index_todos_on_note_id ON todos (note_id);
CREATE INDEX index_todos_on_project_id_and_id ON todos (project_id, id);
CREATE INDEX index_todos_on_target_type_and_target_id ON todos (target_type, target_id);
CREATE INDEX index_todos_on_user_id_and_state ON todos (user_id, state);
CREATE INDEX index_todos_on_user_id_and_id_pending ON todos (user_id, id) WHERE state = 'pending';

CREATE TABLE subscriptions (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    subscribable_id bigint NOT NULL,
    subscribable_type varchar NOT NULL,
    subscribed boolean,
    created_at timestamp,
    updated_at timestamp,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX index_subscriptions_on_subscribable_and_user_id_and_project_id
    ON subscriptions (subscribable_id, subscribable_type, user_id, project_id);
CREATE INDEX index_subscriptions_on_project_id ON subscriptions (project_id);
CREATE INDEX index_subscriptions_on_user_id ON subscriptions (user_id);

CREATE TABLE notification_settings (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    source_id bigint,
    source_type varchar,
    level integer NOT NULL DEFAULT 0,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    new_note boolean,
    new_issue boolean,
    close_issue boolean,
    failed_pipeline boolean,
    success_pipeline boolean,
    notification_email varchar
);
CREATE INDEX index_notification_settings_on_source_id_and_source_type ON notification_settings (source_id, source_type);
CREATE UNIQUE INDEX index_notifications_on_user_id_and_source_id_and_source_type
    ON notification_settings (user_id, source_id, source_type);

CREATE TABLE sent_mails (
    id bigserial PRIMARY KEY,
    project_id bigint,
    subject_id bigint,
    subject_type varchar,
    recipient_id bigint,
    commit_id varchar,
    reply_key varchar NOT NULL,
    in_reply_to_discussion_id varchar
);
CREATE UNIQUE INDEX index_sent_mails_on_reply_key ON sent_mails (reply_key);

CREATE TABLE label_events (
    id bigserial PRIMARY KEY,
    action integer NOT NULL,
    issue_id bigint REFERENCES issues (id) ON DELETE CASCADE,
    merge_request_id bigint,
    initiative_id bigint REFERENCES initiatives (id) ON DELETE CASCADE,
    label_id bigint REFERENCES labels (id) ON DELETE SET NULL,
    user_id bigint REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX index_label_events_on_issue_id ON label_events (issue_id);
CREATE INDEX index_label_events_on_merge_request_id ON label_events (merge_request_id);
CREATE INDEX index_label_events_on_initiative_id ON label_events (initiative_id);
CREATE INDEX index_label_events_on_label_id_and_action ON label_events (label_id, action);
CREATE INDEX index_label_events_on_user_id ON label_events (user_id);

CREATE TABLE uploads (
    id bigserial PRIMARY KEY,
    size bigint NOT NULL,
    path varchar(511) NOT NULL,
    checksum varchar(64),
    model_id bigint,
    model_type varchar,
    uploader varchar NOT NULL,
    created_at timestamp NOT NULL,
    store integer NOT NULL DEFAULT 1,
    mount_point varchar,
    secret varchar
);
CREATE INDEX index_uploads_on_checksum ON uploads (checksum);
CREATE INDEX index_uploads_on_model_id_and_model_type ON uploads (model_id, model_type);
CREATE INDEX index_uploads_on_uploader_and_path ON uploads (uploader, path);
CREATE INDEX index_uploads_on_store ON uploads (store);

CREATE TABLE snippets (
    id bigserial PRIMARY KEY,
    title varchar,
    content text,
    author_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    file_name varchar,
    type varchar,
    visibility integer NOT NULL DEFAULT 0,
    title_html text,
    content_html text,
    description text,
    repository_read_only boolean NOT NULL DEFAULT false,
    secret boolean NOT NULL DEFAULT false
);
CREATE INDEX index_snippets_on_author_id ON snippets (author_id);
CREATE INDEX index_snippets_on_project_id_and_visibility ON snippets (project_id, visibility);
CREATE INDEX index_snippets_on_created_at ON snippets (created_at);

CREATE TABLE audit_events (
    id bigserial PRIMARY KEY,
    author_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    entity_type varchar NOT NULL,
    details text,
    created_at timestamp NOT NULL,
    ip_address inet,
    author_name text,
    entity_path text,
    target_details text,
    target_type text,
    target_id bigint
);
CREATE INDEX index_audit_events_on_entity_id_and_entity_type_and_created_at
    ON audit_events (entity_id, entity_type, created_at DESC);
CREATE INDEX index_audit_events_on_author_id_and_created_at ON audit_events (author_id, created_at);

CREATE TABLE broadcast_messages (
    id bigserial PRIMARY KEY,
    message text NOT NULL,
    starts_at timestamp NOT NULL,
    ends_at timestamp NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    color varchar,
    font varchar,
    message_html text NOT NULL,
    target_path varchar(255),
    broadcast_type smallint NOT NULL DEFAULT 1,
    dismissable boolean
);
CREATE INDEX index_broadcast_messages_on_ends_at_and_broadcast_type_and_id ON broadcast_messages (ends_at, broadcast_type, id);

-- ---------------------------------------------------------------- merge requests

CREATE TABLE merge_requests (
    id bigserial PRIMARY KEY,
    target_branch varchar NOT NULL,
    source_branch varchar NOT NULL,
    source_project_id bigint REFERENCES projects (id) ON DELETE SET NULL,
    author_id bigint REFERENCES users (id) ON DELETE SET NULL,
    assignee_id bigint REFERENCES users (id) ON DELETE SET NULL,
    title varchar,
    created_at timestamp,
    updated_at timestamp,
    milestone_id bigint REFERENCES milestones (id) ON DELETE SET NULL,
    merge_status varchar NOT NULL DEFAULT 'unchecked',
    target_project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    number integer,
    description text,
    updated_by_id bigint REFERENCES users (id) ON DELETE SET NULL,
    merge_error text,
    merge_params text,
    merge_when_green boolean NOT NULL DEFAULT false,
    merge_user_id bigint REFERENCES users (id) ON DELETE SET NULL,
    merge_commit_sha varchar,
    approvals_required integer,
    pending_merge_sha varchar,
    lock_version integer DEFAULT 0,
    title_html text,
    description_html text,
    estimated_seconds integer NOT NULL DEFAULT 0,
    squash boolean NOT NULL DEFAULT false,
    html_version integer,
    last_edited_at timestamp,
    last_edited_by_id bigint,
    head_pipeline_id bigint,
    comments_locked boolean,
    latest_version_id bigint,
    maintainers_may_push boolean DEFAULT true,
    squash_commit_sha bytea,
    merge_ref_sha bytea,
    draft boolean NOT NULL DEFAULT false,
    state smallint NOT NULL DEFAULT 1,
    prepared_at timestamptz
);
CREATE UNIQUE INDEX index_merge_requests_on_target_project_id_and_number ON merge_requests (target_project_id, number);
CREATE INDEX index_merge_requests_on_assignee_id ON merge_requests (assignee_id);
CREATE INDEX index_merge_requests_on_author_id ON merge_requests (author_id);
CREATE INDEX index_merge_requests_on_created_at ON merge_requests (created_at);
CREATE INDEX index_merge_requests_on_head_pipeline_id ON merge_requests (head_pipeline_id);
CREATE INDEX index_merge_requests_on_latest_version_id ON merge_requests (latest_version_id);
CREATE INDEX index_merge_requests_on_merge_user_id ON merge_requests (merge_user_id) WHERE merge_user_id IS NOT NULL;
CREATE INDEX index_merge_requests_on_milestone_id ON merge_requests (milestone_id);
CREATE INDEX index_merge_requests_on_source_branch ON merge_requests (source_branch);
CREATE INDEX index_merge_requests_on_source_project_id_and_source_branch ON merge_requests (source_project_id, source_branch);
CREATE INDEX index_merge_requests_on_target_branch ON merge_requests (target_branch);
CREATE INDEX index_merge_requests_on_updated_by_id ON merge_requests (updated_by_id) WHERE updated_by_id IS NOT NULL;

CREATE TABLE merge_request_versions (
    id bigserial PRIMARY KEY,
    state varchar,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    base_commit_sha varchar,
    head_commit_sha varchar,
    start_commit_sha varchar,
    commits_count integer,
    external_diff varchar,
    files_count smallint,
    sorted boolean NOT NULL DEFAULT false,
    diff_type smallint NOT NULL DEFAULT 1
);
CREATE INDEX index_merge_request_versions_on_merge_request_id_and_id ON merge_request_versions (merge_request_id, id);
ALTER TABLE merge_requests ADD CONSTRAINT fk_merge_requests_latest_diff
    FOREIGN KEY (latest_version_id) REFERENCES merge_request_versions (id) ON DELETE SET NULL;

CREATE TABLE changed_files (
    version_id bigint NOT NULL REFERENCES merge_request_versions (id) ON DELETE CASCADE,
    relative_order integer NOT NULL,
    new_file boolean NOT NULL,
    renamed_file boolean NOT NULL,
    deleted_file boolean NOT NULL,
    too_large boolean NOT NULL,
    a_mode varchar NOT NULL,
    b_mode varchar NOT NULL,
    new_path text NOT NULL,
    old_path text NOT NULL,
    diff text,
    "binary" boolean,
    external_diff_offset integer,
    external_diff_size integer,
    PRIMARY KEY (version_id, relative_order)
);

CREATE TABLE merge_request_commits (
    authored_date timestamptz,
    committed_date timestamptz,
    version_id bigint NOT NULL REFERENCES merge_request_versions (id) ON DELETE CASCADE,
    relative_order integer NOT NULL,
    sha bytea NOT NULL,
    message text,
    trailers jsonb NOT NULL DEFAULT '{}',
    commit_author_id bigint,
    committer_id bigint,
    PRIMARY KEY (version_id, relative_order)
);
CREATE INDEX index_merge_request_commits_on_sha ON merge_request_commits (sha);

CREATE TABLE merge_request_assignees (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    created_at timestamptz
);
CREATE UNIQUE INDEX index_merge_request_assignees_on_merge_request_id_and_user_id
    ON merge_request_assignees (merge_request_id, user_id);
CREATE INDEX index_merge_request_assignees_on_user_id ON merge_request_assignees (user_id);

CREATE TABLE merge_request_reviewers (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    state smallint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_merge_request_reviewers_on_merge_request_id_and_user_id
    ON merge_request_reviewers (merge_request_id, user_id);
CREATE INDEX index_merge_request_reviewers_on_user_id_and_state ON merge_request_reviewers (user_id, state);

CREATE TABLE merge_request_issues (
    id bigserial PRIMARY KEY,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    issue_id bigint NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_merge_request_issues_on_issue_id ON merge_request_issues (issue_id);
CREATE INDEX index_merge_request_issues_on_merge_request_id ON merge_request_issues (merge_request_id);

CREATE TABLE approvals (
    id bigserial PRIMARY KEY,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    created_at timestamp,
    updated_at timestamp
);
CREATE INDEX index_approvals_on_merge_request_id ON approvals (merge_request_id);
CREATE UNIQUE INDEX index_approvals_on_user_id_and_merge_request_id ON approvals (user_id, merge_request_id);

CREATE TABLE approval_rules (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    approvals_required smallint NOT NULL DEFAULT 0,
    name varchar NOT NULL,
    rule_type smallint NOT NULL DEFAULT 0,
    applies_to_all_protected_branches boolean NOT NULL DEFAULT false
);
CREATE INDEX index_approval_rules_on_project_id ON approval_rules (project_id);
CREATE INDEX index_approval_rules_on_rule_type ON approval_rules (rule_type);

CREATE TABLE approval_rule_users (
    id bigserial PRIMARY KEY,
    approval_rule_id bigint NOT NULL REFERENCES approval_rules (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX index_approval_rule_users_1 ON approval_rule_users (approval_rule_id, user_id);
CREATE INDEX index_approval_rule_users_2 ON approval_rule_users (user_id);

CREATE TABLE draft_notes (
    id bigserial PRIMARY KEY,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    author_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    resolve_discussion boolean NOT NULL DEFAULT false,
    discussion_id varchar,
    note text NOT NULL,
    position text,
    original_position text,
    commit_id bytea
);
CREATE INDEX index_draft_notes_on_author_id ON draft_notes (author_id);
CREATE INDEX index_draft_notes_on_merge_request_id ON draft_notes (merge_request_id);
CREATE INDEX index_draft_notes_on_discussion_id ON draft_notes (discussion_id);

CREATE TABLE reviews (
    id bigserial PRIMARY KEY,
    author_id bigint REFERENCES users (id) ON DELETE SET NULL,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL
);
CREATE INDEX index_reviews_on_author_id ON reviews (author_id);
CREATE INDEX index_reviews_on_merge_request_id ON reviews (merge_request_id);
CREATE INDEX index_reviews_on_project_id ON reviews (project_id);

-- ---------------------------------------------------------------- pipelines

CREATE TABLE pipelines (
    id bigserial PRIMARY KEY,
    ref varchar,
    sha varchar,
    before_sha varchar,
    created_at timestamp,
    updated_at timestamp,
    tag boolean DEFAULT false,
    yaml_errors text,
    committed_at timestamp,
    project_id bigint,
    status varchar,
    started_at timestamp,
    finished_at timestamp,
    duration integer,
    user_id bigint,
    lock_version integer DEFAULT 0,
    cancelled_by_id bigint REFERENCES pipelines (id) ON DELETE SET NULL,
    pipeline_schedule_id bigint,
    source integer,
    config_source integer,
    protected boolean,
    failure_reason integer,
    number integer,
    merge_request_id bigint REFERENCES merge_requests (id) ON DELETE CASCADE,
    source_sha bytea,
    target_sha bytea,
    locked smallint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX index_pipelines_on_project_id_and_number ON pipelines (project_id, number) WHERE number IS NOT NULL;
CREATE INDEX index_pipelines_on_cancelled_by_id ON pipelines (cancelled_by_id);
CREATE INDEX index_pipelines_on_merge_request_id ON pipelines (merge_request_id) WHERE merge_request_id IS NOT NULL;
CREATE INDEX index_pipelines_on_pipeline_schedule_id_and_id ON pipelines (pipeline_schedule_id, id);
CREATE INDEX index_pipelines_on_project_id_and_sha ON pipelines (project_id, sha);
CREATE INDEX index_pipelines_on_project_id_and_ref_and_status_and_id ON pipelines (project_id, ref, status, id);
CREATE INDEX index_pipelines_on_status ON pipelines (status);
CREATE INDEX index_pipelines_on_user_id_and_created_at ON pipelines (user_id, created_at);

CREATE TABLE pipeline_configs (
    pipeline_id bigint PRIMARY KEY REFERENCES pipelines (id) ON DELETE CASCADE,
    content text NOT NULL
);

CREATE TABLE pipeline_variables (
    id bigserial PRIMARY KEY,
    key varchar NOT NULL,
    value text,
    encrypted_value text,
    encrypted_value_salt varchar,
    encrypted_value_iv varchar,
    pipeline_id bigint NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    variable_type smallint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX index_pipeline_variables_on_pipeline_id_and_key ON pipeline_variables (pipeline_id, key);

CREATE TABLE pipeline_schedules (
    id bigserial PRIMARY KEY,
    description varchar,
    ref varchar,
    cron varchar,
    cron_timezone varchar,
    next_run_at timestamp,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    owner_id bigint REFERENCES users (id) ON DELETE SET NULL,
    active boolean DEFAULT true,
    created_at timestamp,
    updated_at timestamp
);
CREATE INDEX index_pipeline_schedules_on_next_run_at_and_active ON pipeline_schedules (next_run_at, active);
CREATE INDEX index_pipeline_schedules_on_owner_id ON pipeline_schedules (owner_id);
CREATE INDEX index_pipeline_schedules_on_project_id ON pipeline_schedules (project_id);
ALTER TABLE pipelines ADD CONSTRAINT fk_pipelines_schedule
    FOREIGN KEY (pipeline_schedule_id) REFERENCES pipeline_schedules (id) ON DELETE SET NULL;

CREATE TABLE stages (
    id bigserial PRIMARY KEY,
    project_id bigint,
    pipeline_id bigint NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    name varchar,
    status integer,
    lock_version integer DEFAULT 0,
    position integer
);
CREATE UNIQUE INDEX index_stages_on_pipeline_id_and_name ON stages (pipeline_id, name);
CREATE INDEX index_stages_on_pipeline_id_and_position ON stages (pipeline_id, position);
CREATE INDEX index_stages_on_project_id ON stages (project_id);

CREATE TABLE runners (
    id bigserial PRIMARY KEY,
    token varchar,
    created_at timestamp,
    updated_at timestamp,
    description varchar,
    contacted_at timestamp,
    active boolean NOT NULL DEFAULT true,
    name varchar,
    version varchar,
    revision varchar,
    platform varchar,
    architecture varchar,
    run_untagged boolean NOT NULL DEFAULT true,
    locked boolean NOT NULL DEFAULT false,
    access_level integer NOT NULL DEFAULT 0,
    ip_address varchar,
    maximum_timeout integer,
    runner_type smallint NOT NULL,
    token_encrypted varchar,
    public_projects_minutes_factor double precision NOT NULL DEFAULT 1.0,
    private_projects_minutes_factor double precision NOT NULL DEFAULT 1.0,
    config jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX index_runners_on_contacted_at ON runners (contacted_at);
CREATE INDEX index_runners_on_runner_type_and_id ON runners (runner_type, id);
CREATE UNIQUE INDEX index_runners_on_token ON runners (token);
CREATE UNIQUE INDEX index_runners_on_token_encrypted ON runners (token_encrypted);

CREATE TABLE runner_projects (
    id bigserial PRIMARY KEY,
    runner_id bigint NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    project_id bigint
);
CREATE INDEX index_runner_projects_on_project_id ON runner_projects (project_id);
CREATE UNIQUE INDEX index_runner_projects_on_runner_id_and_project_id ON runner_projects (runner_id, project_id);

CREATE TABLE job_locks (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    key varchar(255) NOT NULL,
    process_mode smallint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_job_locks_on_project_id_and_key ON job_locks (project_id, key);

CREATE TABLE jobs (
    id bigserial PRIMARY KEY,
    status varchar,
    finished_at timestamp,
    created_at timestamp,
    updated_at timestamp,
    started_at timestamp,
    runner_id bigint,
    coverage double precision,
    commit_id bigint REFERENCES pipelines (id) ON DELETE CASCADE,
    name varchar,
    options text,
    allow_failure boolean NOT NULL DEFAULT false,
    stage_idx integer,
    tag boolean,
    ref varchar,
    user_id bigint,
    type varchar,
    target_url varchar,
    description varchar,
    project_id bigint,
    erased_by_id bigint,
    erased_at timestamp,
    artifacts_expire_at timestamp,
    environment varchar,
    "when" varchar,
    queued_at timestamp,
    lock_version integer DEFAULT 0,
    cancelled_by_id bigint,
    retried boolean,
    stage_id bigint REFERENCES stages (id) ON DELETE CASCADE,
    protected boolean,
    failure_reason integer,
    scheduled_at timestamptz,
    token_encrypted varchar,
    job_lock_id bigint REFERENCES job_locks (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX index_jobs_on_token_encrypted ON jobs (token_encrypted) WHERE token_encrypted IS NOT NULL;
CREATE INDEX index_jobs_on_cancelled_by_id ON jobs (cancelled_by_id);
CREATE INDEX index_jobs_on_commit_id_and_status_and_type ON jobs (commit_id, status, type);
CREATE INDEX index_jobs_on_commit_id_and_type_and_name_and_ref ON jobs (commit_id, type, name, ref);
CREATE INDEX index_jobs_on_project_id_and_id ON jobs (project_id, id);
CREATE INDEX index_jobs_on_job_lock_id ON jobs (job_lock_id, id) WHERE job_lock_id IS NOT NULL;
CREATE INDEX index_jobs_on_runner_id_and_id ON jobs (runner_id, id DESC);
CREATE INDEX index_jobs_on_stage_id ON jobs (stage_id);
CREATE INDEX index_jobs_on_status_and_type_and_runner_id ON jobs (status, type, runner_id);
CREATE INDEX index_jobs_on_updated_at ON jobs (updated_at);
CREATE INDEX index_jobs_on_user_id ON jobs (user_id);

CREATE TABLE job_dependencies (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name text NOT NULL,
    artifacts boolean NOT NULL DEFAULT true,
    optional boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX index_job_dependencies_on_job_id_and_name ON job_dependencies (job_id, name);

CREATE TABLE job_log_chunks (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    chunk_index integer NOT NULL,
    data_store integer NOT NULL,
    raw_data bytea,
    checksum bytea,
    lock_version integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_job_log_chunks_on_job_id_and_chunk_index ON job_log_chunks (job_id, chunk_index);

CREATE TABLE running_jobs (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    runner_id bigint NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    runner_type smallint NOT NULL
);
CREATE UNIQUE INDEX index_running_jobs_on_job_id ON running_jobs (job_id);
CREATE INDEX index_running_jobs_on_project_id ON running_jobs (project_id);
CREATE INDEX index_running_jobs_on_runner_id ON running_jobs (runner_id);

CREATE TABLE artifacts (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    file_type integer NOT NULL,
    size bigint,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expire_at timestamptz,
    file varchar,
    file_store integer DEFAULT 1,
    file_sha256 bytea,
    file_format smallint,
    file_location smallint,
    locked smallint DEFAULT 2
);
CREATE INDEX index_artifacts_on_expire_at_and_job_id ON artifacts (expire_at, job_id);
CREATE INDEX index_artifacts_on_file_store ON artifacts (file_store);
CREATE UNIQUE INDEX index_artifacts_on_job_id_and_file_type ON artifacts (job_id, file_type);
CREATE INDEX index_artifacts_on_project_id ON artifacts (project_id);

CREATE TABLE project_variables (
    id bigserial PRIMARY KEY,
    key varchar NOT NULL,
    value text,
    encrypted_value text,
    encrypted_value_salt varchar,
    encrypted_value_iv varchar,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    protected boolean NOT NULL DEFAULT false,
    environment_scope varchar NOT NULL DEFAULT '*',
    masked boolean NOT NULL DEFAULT false,
    variable_type smallint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX index_project_variables_on_project_id_and_key_and_environment_scope
    ON project_variables (project_id, key, environment_scope);
CREATE INDEX index_project_variables_on_key ON project_variables (key);

CREATE TABLE group_variables (
    id bigserial PRIMARY KEY,
    key varchar NOT NULL,
    value text,
    encrypted_value text,
    encrypted_value_salt varchar,
    encrypted_value_iv varchar,
    group_id bigint NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    protected boolean NOT NULL DEFAULT false,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    masked boolean NOT NULL DEFAULT false,
    variable_type smallint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX index_group_variables_on_group_id_and_key ON group_variables (group_id, key);

CREATE TABLE pipeline_triggers (
    id bigserial PRIMARY KEY,
    token varchar,
    created_at timestamp,
    updated_at timestamp,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    owner_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    description varchar
);
CREATE INDEX index_pipeline_triggers_on_owner_id ON pipeline_triggers (owner_id);
CREATE INDEX index_pipeline_triggers_on_project_id ON pipeline_triggers (project_id);

CREATE TABLE tags (
    id bigserial PRIMARY KEY,
    name varchar,
    taggings_count integer DEFAULT 0
);
CREATE UNIQUE INDEX index_tags_on_name ON tags (name);

-- ---------------------------------------------------------------- environments and deployments

CREATE TABLE environments (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name varchar NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    external_url varchar,
    environment_type varchar,
    state varchar NOT NULL DEFAULT 'available',
    slug varchar NOT NULL,
    auto_stop_at timestamptz,
    tier smallint
);
CREATE UNIQUE INDEX index_environments_on_project_id_and_name ON environments (project_id, name);
CREATE UNIQUE INDEX index_environments_on_project_id_and_slug ON environments (project_id, slug);
CREATE INDEX index_environments_on_auto_stop_at ON environments (auto_stop_at) WHERE auto_stop_at IS NOT NULL;

CREATE TABLE deployments (
    id bigserial PRIMARY KEY,
    number integer NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    environment_id bigint NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    ref varchar NOT NULL,
    tag boolean NOT NULL,
    sha varchar NOT NULL,
    user_id bigint,
    deployable_id bigint,
    deployable_type varchar,
    created_at timestamp,
    updated_at timestamp,
    on_stop varchar,
    status smallint NOT NULL,
    finished_at timestamptz,
    archived boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX index_deployments_on_project_id_and_number ON deployments (project_id, number);
CREATE INDEX index_deployments_on_deployable_type_and_deployable_id ON deployments (deployable_type, deployable_id);
CREATE INDEX index_deployments_on_environment_id_and_id ON deployments (environment_id, id);
CREATE INDEX index_deployments_on_user_id_and_status_and_created_at ON deployments (user_id, status, created_at);

CREATE TABLE deployment_merge_requests (
    deployment_id bigint NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    merge_request_id bigint NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    environment_id bigint REFERENCES environments (id) ON DELETE CASCADE,
    PRIMARY KEY (deployment_id, merge_request_id)
);
CREATE INDEX index_deployment_merge_requests_on_merge_request_id ON deployment_merge_requests (merge_request_id);
CREATE UNIQUE INDEX index_deployment_merge_requests_on_environment_and_merge_request
    ON deployment_merge_requests (environment_id, merge_request_id);

CREATE TABLE server_pools (
    id bigserial PRIMARY KEY,
    user_id bigint REFERENCES users (id) ON DELETE SET NULL,
    provider_type integer,
    platform_type integer,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    enabled boolean DEFAULT true,
    name varchar NOT NULL,
    environment_scope varchar NOT NULL DEFAULT '*',
    pool_type smallint NOT NULL DEFAULT 3,
    domain varchar,
    managed boolean NOT NULL DEFAULT true
);
CREATE INDEX index_server_pools_on_user_id ON server_pools (user_id);

CREATE TABLE project_server_pools (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    server_pool_id bigint NOT NULL REFERENCES server_pools (id) ON DELETE CASCADE,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX index_project_server_pools_on_server_pool_id ON project_server_pools (server_pool_id);
CREATE INDEX index_project_server_pools_on_project_id ON project_server_pools (project_id);

CREATE TABLE feature_flags (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name varchar NOT NULL,
    description text,
    number integer NOT NULL
);
CREATE UNIQUE INDEX index_feature_flags_on_project_id_and_name ON feature_flags (project_id, name);
CREATE UNIQUE INDEX index_feature_flags_on_project_id_and_number ON feature_flags (project_id, number);

CREATE TABLE feature_flag_strategies (
    id bigserial PRIMARY KEY,
    feature_flag_id bigint NOT NULL REFERENCES feature_flags (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX index_feature_flag_strategies_on_feature_flag_id ON feature_flag_strategies (feature_flag_id);

CREATE TABLE releases (
    id bigserial PRIMARY KEY,
    tag varchar,
    description text,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    description_html text,
    author_id bigint REFERENCES users (id) ON DELETE SET NULL,
    name varchar,
    sha varchar,
    released_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX index_releases_on_project_id_and_tag ON releases (project_id, tag);
CREATE INDEX index_releases_on_author_id ON releases (author_id);
CREATE INDEX index_releases_on_project_id_and_released_at ON releases (project_id, released_at DESC);

CREATE TABLE release_links (
    id bigserial PRIMARY KEY,
    release_id bigint NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    url varchar NOT NULL,
    name varchar NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    filepath varchar(128),
    link_type smallint DEFAULT 0
);
CREATE UNIQUE INDEX index_release_links_on_release_id_and_name ON release_links (release_id, name);
CREATE UNIQUE INDEX index_release_links_on_release_id_and_url ON release_links (release_id, url);

CREATE TABLE milestone_releases (
    milestone_id bigint NOT NULL REFERENCES milestones (id) ON DELETE CASCADE,
    release_id bigint NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    PRIMARY KEY (milestone_id, release_id)
);
CREATE INDEX index_milestone_releases_on_release_id ON milestone_releases (release_id);

-- ---------------------------------------------------------------- packages, registry, pages, large files

CREATE TABLE packages (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    creator_id bigint REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name varchar NOT NULL,
    version varchar,
    package_type smallint NOT NULL,
    status smallint NOT NULL DEFAULT 0,
    last_downloaded_at timestamptz
);
CREATE INDEX index_packages_on_creator_id ON packages (creator_id);
CREATE INDEX index_packages_on_project_id_and_package_type ON packages (project_id, package_type);
CREATE INDEX index_packages_on_name_trigram ON packages (name varchar_pattern_ops);
CREATE UNIQUE INDEX index_packages_on_project_id_name_version
    ON packages (project_id, name, version, package_type) WHERE status <> 4;

CREATE TABLE package_files (
    id bigserial PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    size bigint,
    file_store integer DEFAULT 1,
    file_md5 bytea,
    file_sha1 bytea,
    file_name varchar NOT NULL,
    file text NOT NULL,
    file_sha256 bytea,
    status smallint NOT NULL DEFAULT 0
);
CREATE INDEX index_package_files_on_package_id_and_file_name ON package_files (package_id, file_name);
CREATE INDEX index_package_files_on_file_store ON package_files (file_store);

CREATE TABLE package_tags (
    id bigserial PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX index_package_tags_on_package_id ON package_tags (package_id);
CREATE INDEX index_package_tags_on_package_id_and_updated_at ON package_tags (package_id, updated_at DESC);

CREATE TABLE dependencies (
    id bigserial PRIMARY KEY,
    name varchar(255) NOT NULL,
    version_pattern varchar(255) NOT NULL
);
CREATE UNIQUE INDEX index_dependencies_on_name_and_version_pattern ON dependencies (name, version_pattern);

CREATE TABLE package_dependencies (
    id bigserial PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    dependency_id bigint NOT NULL REFERENCES dependencies (id) ON DELETE CASCADE,
    dependency_type smallint NOT NULL
);
CREATE INDEX index_package_dependencies_on_dependency_id ON package_dependencies (dependency_id);
CREATE UNIQUE INDEX index_package_dependencies_on_package_and_dependency
    ON package_dependencies (package_id, dependency_id, dependency_type);

CREATE TABLE image_repositories (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id),
    name varchar NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    status smallint,
    expiration_policy_started_at timestamptz,
    delete_started_at timestamptz,
    failed_deletion_count integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX index_image_repositories_on_project_id_and_name ON image_repositories (project_id, name);

CREATE TABLE large_files (
    id bigserial PRIMARY KEY,
    oid varchar NOT NULL,
    size bigint NOT NULL,
    created_at timestamp,
    updated_at timestamp,
    file varchar,
    file_store integer DEFAULT 1
);
CREATE UNIQUE INDEX index_large_files_on_oid ON large_files (oid);
CREATE INDEX index_large_files_on_file_store ON large_files (file_store);

CREATE TABLE project_large_files (
    id bigserial PRIMARY KEY,
    large_file_id bigint NOT NULL REFERENCES large_files (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    created_at timestamp,
    updated_at timestamp,
    repository_type smallint
);
CREATE INDEX index_project_large_files_on_large_file_id ON project_large_files (large_file_id);
CREATE INDEX index_project_large_files_on_project_id_and_large_file_id ON project_large_files (project_id, large_file_id);

CREATE TABLE file_locks (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamp NOT NULL,
    path varchar(511) NOT NULL
);
CREATE UNIQUE INDEX index_file_locks_on_project_id_and_path ON file_locks (project_id, path);
CREATE INDEX index_file_locks_on_user_id ON file_locks (user_id);

CREATE TABLE pages_domains (
    id bigserial PRIMARY KEY,
    project_id bigint REFERENCES projects (id) ON DELETE CASCADE,
    certificate text,
    encrypted_key text,
    encrypted_key_iv varchar,
    encrypted_key_salt varchar,
    domain varchar,
    verified_at timestamptz,
    verification_code varchar NOT NULL,
    enabled_until timestamptz,
    certificate_managed boolean NOT NULL DEFAULT false,
    certificate_valid_not_before timestamptz,
    certificate_valid_not_after timestamptz
);
CREATE UNIQUE INDEX index_pages_domains_on_domain ON pages_domains (domain);
CREATE INDEX index_pages_domains_on_project_id ON pages_domains (project_id);
CREATE INDEX index_pages_domains_on_verified_at_and_enabled_until ON pages_domains (verified_at, enabled_until);

-- ---------------------------------------------------------------- security scans

CREATE TABLE scanners (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    external_id varchar NOT NULL,
    name varchar NOT NULL,
    vendor text NOT NULL DEFAULT 'builtin'
);
CREATE UNIQUE INDEX index_scanners_on_project_id_and_external_id ON scanners (project_id, external_id);

CREATE TABLE vulnerabilities (
    id bigserial PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects (id),
    author_id bigint NOT NULL REFERENCES users (id),
    updated_by_id bigint REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    title varchar(255) NOT NULL,
    description text,
    state smallint NOT NULL DEFAULT 1,
    severity smallint NOT NULL,
    confidence smallint NOT NULL,
    report_type smallint NOT NULL,
    resolved_by_id bigint REFERENCES users (id),
    resolved_at timestamptz,
    dismissed_at timestamptz,
    dismissed_by_id bigint REFERENCES users (id)
);
CREATE INDEX index_vulnerabilities_on_author_id ON vulnerabilities (author_id);
CREATE INDEX index_vulnerabilities_on_dismissed_by_id ON vulnerabilities (dismissed_by_id);
CREATE INDEX index_vulnerabilities_on_project_id_and_state_and_severity ON vulnerabilities (project_id, state, severity);
CREATE INDEX index_vulnerabilities_on_resolved_by_id ON vulnerabilities (resolved_by_id);
CREATE INDEX index_vulnerabilities_on_updated_by_id ON vulnerabilities (updated_by_id);

CREATE TABLE vulnerability_reports (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    severity smallint NOT NULL,
    report_type smallint NOT NULL,
    project_id bigint NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    scanner_id bigint NOT NULL REFERENCES scanners (id) ON DELETE CASCADE,
    project_fingerprint bytea NOT NULL,
    location_fingerprint bytea NOT NULL,
    uuid uuid NOT NULL,
    name varchar NOT NULL,
    raw_metadata text,
    vulnerability_id bigint REFERENCES vulnerabilities (id) ON DELETE SET NULL,
    solution text,
    location jsonb
);
CREATE UNIQUE INDEX index_vulnerability_reports_on_uuid ON vulnerability_reports (uuid);
CREATE INDEX index_vulnerability_reports_on_project_fingerprint ON vulnerability_reports (project_fingerprint);
CREATE INDEX index_vulnerability_reports_on_project_id_and_severity ON vulnerability_reports (project_id, severity);
CREATE INDEX index_vulnerability_reports_on_scanner_id ON vulnerability_reports (scanner_id);
CREATE INDEX index_vulnerability_reports_on_vulnerability_id ON vulnerability_reports (vulnerability_id);

-- ---------------------------------------------------------------- the application itself

CREATE TABLE application_settings (
    id bigserial PRIMARY KEY,
    signup_enabled boolean,
    default_projects_limit integer DEFAULT 10,
    default_project_visibility integer NOT NULL DEFAULT 0,
    sign_in_text text,
    help_page_text text,
    home_page_url varchar,
    after_sign_out_path varchar,
    session_minutes integer NOT NULL DEFAULT 10080,
    max_attachment_megabytes integer NOT NULL DEFAULT 100,
    max_artifact_megabytes integer NOT NULL DEFAULT 100,
    artifacts_expire_in varchar NOT NULL DEFAULT '30 days',
    runners_registration_token_encrypted varchar,
    require_two_factor_authentication boolean DEFAULT false,
    metrics_enabled boolean DEFAULT false,
    metrics_host varchar,
    metrics_port integer DEFAULT 8089,
    captcha_enabled boolean DEFAULT false,
    captcha_site_key varchar,
    encrypted_captcha_private_key varchar,
    html_emails_enabled boolean DEFAULT true,
    commit_email_hostname varchar,
    throttle_requests integer NOT NULL DEFAULT 3600,
    throttle_seconds integer NOT NULL DEFAULT 3600,
    allowed_webhook_hosts varchar(255)[] NOT NULL DEFAULT '{}',
    created_at timestamp,
    updated_at timestamp
);

CREATE TABLE appearances (
    id bigserial PRIMARY KEY,
    title varchar NOT NULL,
    description text NOT NULL,
    logo varchar,
    favicon varchar,
    header_message text,
    footer_message text,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE schema_migrations (
    version varchar PRIMARY KEY
);

CREATE TABLE ar_internal_metadata (
    key varchar PRIMARY KEY,
    value varchar,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE background_migrations (
    id bigserial PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    min_value bigint NOT NULL DEFAULT 1,
    max_value bigint NOT NULL,
    batch_size integer NOT NULL,
    sub_batch_size integer NOT NULL,
    "interval" smallint NOT NULL,
    status smallint NOT NULL DEFAULT 0,
    job_class_name text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    total_tuple_count bigint,
    CONSTRAINT check_batch_size CHECK (batch_size >= sub_batch_size),
    CONSTRAINT check_min_value CHECK (min_value > 0),
    CONSTRAINT check_max_value CHECK (max_value >= min_value)
);
CREATE INDEX index_background_migrations_on_status ON background_migrations (status);

-- A shop: catalogue with free attributes, customers, carts, orders, stock, promotions, pages, configuration.
SET NAMES utf8mb4;

-- ---------------------------------------------------------------- sites and configuration

CREATE TABLE store_website (
  website_id smallint unsigned NOT NULL AUTO_INCREMENT COMMENT 'Website',
  code varchar(32) NOT NULL COMMENT 'Code',
  name varchar(64) NOT NULL COMMENT 'Name',
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  is_default tinyint(1) NOT NULL DEFAULT 0 COMMENT 'The website of unknown hosts',
  PRIMARY KEY (website_id),
  UNIQUE KEY uq_store_website_code (code),
  KEY ix_store_website_sort_order (sort_order)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Websites';

CREATE TABLE store_view (
  store_id smallint unsigned NOT NULL AUTO_INCREMENT COMMENT 'Store view',
  website_id smallint unsigned NOT NULL,
  code varchar(32) NOT NULL,
  name varchar(255) NOT NULL,
  locale varchar(10) NOT NULL DEFAULT 'en_US',
  currency_code char(3) NOT NULL DEFAULT 'EUR',
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (store_id),
  UNIQUE KEY uq_store_view_code (code),
  KEY ix_store_view_website_id (website_id),
  KEY ix_store_view_is_active_sort_order (is_active, sort_order),
  CONSTRAINT fk_store_view_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Store views';

CREATE TABLE config_value (
  config_id int unsigned NOT NULL AUTO_INCREMENT,
  scope varchar(8) NOT NULL DEFAULT 'default',
  scope_id int NOT NULL DEFAULT 0,
  path varchar(255) NOT NULL DEFAULT 'general',
  value text,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (config_id),
  UNIQUE KEY uq_config_value_scope_path (scope, scope_id, path)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Configuration';

CREATE TABLE module_version (
  module varchar(50) NOT NULL,
  schema_version varchar(50) DEFAULT NULL,
  data_version varchar(50) DEFAULT NULL,
  PRIMARY KEY (module)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Installed modules';

CREATE TABLE flag (
  flag_id int unsigned NOT NULL AUTO_INCREMENT,
  flag_code varchar(255) NOT NULL,
  state smallint unsigned NOT NULL DEFAULT 0,
  flag_data mediumtext,
  last_update timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (flag_id),
  KEY ix_flag_last_update (last_update)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Flags';

CREATE TABLE cache_entry (
  id varchar(200) NOT NULL,
  data mediumblob,
  create_time int DEFAULT NULL,
  update_time int DEFAULT NULL,
  expire_time int DEFAULT NULL,
  PRIMARY KEY (id),
  KEY ix_cache_entry_expire_time (expire_time)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Caches';

CREATE TABLE session (
  session_id varchar(255) NOT NULL,
  session_expires int unsigned NOT NULL DEFAULT 0,
  session_data mediumblob NOT NULL,
  PRIMARY KEY (session_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Sessions';

CREATE TABLE translation (
  key_id int unsigned NOT NULL AUTO_INCREMENT,
  string varchar(255) NOT NULL DEFAULT '',
  store_id smallint unsigned NOT NULL DEFAULT 0,
  translate varchar(255) DEFAULT NULL,
  locale varchar(20) NOT NULL DEFAULT 'en_US',
  crc_string bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (key_id),
  UNIQUE KEY uq_translation_string (store_id, locale, crc_string, string),
  CONSTRAINT fk_translation_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Translations';

CREATE TABLE scheduled_job (
  schedule_id int unsigned NOT NULL AUTO_INCREMENT,
  job_code varchar(255) NOT NULL DEFAULT '0',
  status varchar(7) NOT NULL DEFAULT 'pending',
  messages text,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  scheduled_at timestamp NULL DEFAULT NULL,
  executed_at timestamp NULL DEFAULT NULL,
  finished_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (schedule_id),
  KEY ix_scheduled_job_job_code (job_code),
  KEY ix_scheduled_job_scheduled_at_status (scheduled_at, status)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Scheduled jobs';

CREATE TABLE queue_message (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  topic_name varchar(255) DEFAULT NULL,
  body longtext,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Queued messages';

CREATE TABLE queue_message_status (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  queue_name varchar(255) NOT NULL,
  message_id bigint unsigned NOT NULL,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  status smallint unsigned NOT NULL,
  number_of_trials smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY uq_queue_message_status_queue_message (queue_name, message_id),
  KEY ix_queue_message_status_status_updated_at (status, updated_at),
  KEY ix_queue_message_status_message_id (message_id),
  CONSTRAINT fk_queue_message_status_message FOREIGN KEY (message_id) REFERENCES queue_message (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='State of queued messages';

CREATE TABLE email_template (
  template_id int unsigned NOT NULL AUTO_INCREMENT,
  template_code varchar(150) NOT NULL,
  template_text mediumtext NOT NULL,
  template_styles text,
  template_type int unsigned DEFAULT NULL,
  template_subject varchar(200) NOT NULL,
  template_sender_name varchar(200) DEFAULT NULL,
  template_sender_email varchar(200) DEFAULT NULL,
  added_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  modified_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_legacy tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (template_id),
  UNIQUE KEY uq_email_template_code (template_code),
  KEY ix_email_template_added_at (added_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Mail templates';

-- ---------------------------------------------------------------- back office

CREATE TABLE admin_user (
  user_id int unsigned NOT NULL AUTO_INCREMENT,
  firstname varchar(32) DEFAULT NULL,
  lastname varchar(32) DEFAULT NULL,
  email varchar(128) DEFAULT NULL,
  username varchar(40) DEFAULT NULL,
  password varchar(255) NOT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  modified_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  last_login_at timestamp NULL DEFAULT NULL,
  login_count smallint unsigned NOT NULL DEFAULT 0,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  extra text,
  reset_token varchar(256) DEFAULT NULL,
  reset_token_created_at timestamp NULL DEFAULT NULL,
  interface_locale varchar(16) NOT NULL DEFAULT 'en_US',
  failure_count smallint DEFAULT 0,
  locked_until timestamp NULL DEFAULT NULL,
  PRIMARY KEY (user_id),
  UNIQUE KEY uq_admin_user_username (username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Back-office users';

CREATE TABLE admin_password_history (
  password_id int unsigned NOT NULL AUTO_INCREMENT,
  user_id int unsigned NOT NULL,
  password_hash varchar(255) DEFAULT NULL,
  expires int unsigned NOT NULL DEFAULT 0,
  last_updated int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (password_id),
  KEY ix_admin_password_history_user_id (user_id),
  CONSTRAINT fk_admin_password_history_user FOREIGN KEY (user_id) REFERENCES admin_user (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Earlier passwords';

CREATE TABLE admin_role (
  role_id int unsigned NOT NULL AUTO_INCREMENT,
  parent_id int unsigned NOT NULL DEFAULT 0,
  tree_level smallint unsigned NOT NULL DEFAULT 0,
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  role_type varchar(1) NOT NULL DEFAULT '0',
  user_id int unsigned NOT NULL DEFAULT 0,
  role_name varchar(50) DEFAULT NULL,
  PRIMARY KEY (role_id),
  KEY ix_admin_role_parent_id_sort_order (parent_id, sort_order),
  KEY ix_admin_role_tree_level (tree_level)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Back-office roles';

CREATE TABLE admin_rule (
  rule_id int unsigned NOT NULL AUTO_INCREMENT,
  role_id int unsigned NOT NULL DEFAULT 0,
  resource varchar(255) DEFAULT NULL,
  permission varchar(10) DEFAULT NULL,
  PRIMARY KEY (rule_id),
  KEY ix_admin_rule_resource_role_id (resource, role_id),
  KEY ix_admin_rule_role_id_resource (role_id, resource),
  CONSTRAINT fk_admin_rule_role FOREIGN KEY (role_id) REFERENCES admin_role (role_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='What roles may do';

CREATE TABLE admin_user_session (
  id int unsigned NOT NULL AUTO_INCREMENT,
  session_id varchar(128) DEFAULT NULL,
  user_id int unsigned DEFAULT NULL,
  status smallint unsigned NOT NULL DEFAULT 1,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ip varchar(15) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_admin_user_session_user_id (user_id),
  CONSTRAINT fk_admin_user_session_user FOREIGN KEY (user_id) REFERENCES admin_user (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Back-office sessions';

CREATE TABLE admin_notice (
  notification_id int unsigned NOT NULL AUTO_INCREMENT,
  severity smallint unsigned NOT NULL DEFAULT 0,
  date_added timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  title varchar(255) NOT NULL,
  description text,
  url varchar(255) DEFAULT NULL,
  is_read tinyint(1) NOT NULL DEFAULT 0,
  is_remove tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (notification_id),
  KEY ix_admin_notice_severity (severity),
  KEY ix_admin_notice_is_read (is_read)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Notices to back-office users';

CREATE TABLE integration (
  integration_id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) NOT NULL,
  email varchar(255) NOT NULL,
  endpoint varchar(255) DEFAULT NULL,
  status smallint unsigned NOT NULL,
  consumer_key varchar(32) NOT NULL,
  consumer_secret varchar(32) NOT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  identity_link_url varchar(255) DEFAULT NULL,
  PRIMARY KEY (integration_id),
  UNIQUE KEY uq_integration_name (name),
  UNIQUE KEY uq_integration_consumer_key (consumer_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Connected systems';

-- ---------------------------------------------------------------- attributes

CREATE TABLE eav_entity_type (
  entity_type_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_type_code varchar(50) NOT NULL,
  entity_model varchar(255) NOT NULL,
  attribute_model varchar(255) DEFAULT NULL,
  entity_table varchar(255) DEFAULT NULL,
  default_attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (entity_type_id),
  KEY ix_eav_entity_type_code (entity_type_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Kinds of entities with attributes';

CREATE TABLE eav_attribute (
  attribute_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_type_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_code varchar(255) NOT NULL,
  backend_model varchar(255) DEFAULT NULL,
  backend_type varchar(8) NOT NULL DEFAULT 'static',
  backend_table varchar(255) DEFAULT NULL,
  frontend_input varchar(50) DEFAULT NULL,
  frontend_label varchar(255) DEFAULT NULL,
  frontend_class varchar(255) DEFAULT NULL,
  source_model varchar(255) DEFAULT NULL,
  is_required tinyint(1) NOT NULL DEFAULT 0,
  is_user_defined tinyint(1) NOT NULL DEFAULT 0,
  default_value text,
  is_unique tinyint(1) NOT NULL DEFAULT 0,
  note varchar(255) DEFAULT NULL,
  PRIMARY KEY (attribute_id),
  UNIQUE KEY uq_eav_attribute_type_code (entity_type_id, attribute_code),
  CONSTRAINT fk_eav_attribute_type FOREIGN KEY (entity_type_id) REFERENCES eav_entity_type (entity_type_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Attributes';

CREATE TABLE eav_attribute_set (
  attribute_set_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_type_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_set_name varchar(255) NOT NULL,
  sort_order smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (attribute_set_id),
  UNIQUE KEY uq_eav_attribute_set_type_name (entity_type_id, attribute_set_name),
  KEY ix_eav_attribute_set_type_sort (entity_type_id, sort_order),
  CONSTRAINT fk_eav_attribute_set_type FOREIGN KEY (entity_type_id) REFERENCES eav_entity_type (entity_type_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Sets of attributes';

CREATE TABLE eav_attribute_group (
  attribute_group_id smallint unsigned NOT NULL AUTO_INCREMENT,
  attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_group_name varchar(255) NOT NULL,
  sort_order smallint NOT NULL DEFAULT 0,
  default_id smallint unsigned DEFAULT 0,
  PRIMARY KEY (attribute_group_id),
  UNIQUE KEY uq_eav_attribute_group_set_name (attribute_set_id, attribute_group_name),
  CONSTRAINT fk_eav_attribute_group_set FOREIGN KEY (attribute_set_id) REFERENCES eav_attribute_set (attribute_set_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Tabs of attribute sets';

CREATE TABLE eav_entity_attribute (
  entity_attribute_id int unsigned NOT NULL AUTO_INCREMENT,
  entity_type_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_group_id smallint unsigned NOT NULL DEFAULT 0,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  sort_order smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (entity_attribute_id),
  UNIQUE KEY uq_eav_entity_attribute_set_attribute (attribute_set_id, attribute_id),
  UNIQUE KEY uq_eav_entity_attribute_group_attribute (attribute_group_id, attribute_id),
  KEY ix_eav_entity_attribute_attribute_id (attribute_id),
  CONSTRAINT fk_eav_entity_attribute_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_eav_entity_attribute_group FOREIGN KEY (attribute_group_id) REFERENCES eav_attribute_group (attribute_group_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Attributes in sets';

CREATE TABLE eav_attribute_label (
  attribute_label_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  PRIMARY KEY (attribute_label_id),
  KEY ix_eav_attribute_label_attribute_store (attribute_id, store_id),
  KEY ix_eav_attribute_label_store_id (store_id),
  CONSTRAINT fk_eav_attribute_label_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_eav_attribute_label_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Labels of attributes';

CREATE TABLE eav_attribute_option (
  option_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (option_id),
  KEY ix_eav_attribute_option_attribute_id (attribute_id),
  CONSTRAINT fk_eav_attribute_option_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Choices of attributes';

CREATE TABLE eav_attribute_option_value (
  value_id int unsigned NOT NULL AUTO_INCREMENT,
  option_id int unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  PRIMARY KEY (value_id),
  KEY ix_eav_attribute_option_value_option_id (option_id),
  KEY ix_eav_attribute_option_value_store_id (store_id),
  CONSTRAINT fk_eav_attribute_option_value_option FOREIGN KEY (option_id) REFERENCES eav_attribute_option (option_id) ON DELETE CASCADE,
  CONSTRAINT fk_eav_attribute_option_value_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Texts of choices';

-- ---------------------------------------------------------------- customers

CREATE TABLE customer_group (
  customer_group_id smallint unsigned NOT NULL AUTO_INCREMENT,
  customer_group_code varchar(32) NOT NULL,
  tax_class_id int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (customer_group_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Groups of customers';

CREATE TABLE customer (
  customer_id int unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint unsigned DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  group_id smallint unsigned NOT NULL DEFAULT 0,
  increment_id varchar(50) DEFAULT NULL,
  store_id smallint unsigned DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  disable_auto_group_change tinyint(1) NOT NULL DEFAULT 0,
  prefix varchar(40) DEFAULT NULL,
  firstname varchar(255) DEFAULT NULL,
  middlename varchar(255) DEFAULT NULL,
  lastname varchar(255) DEFAULT NULL,
  suffix varchar(40) DEFAULT NULL,
  dob date DEFAULT NULL,
  password_hash varchar(128) DEFAULT NULL,
  reset_token varchar(128) DEFAULT NULL,
  reset_token_created_at datetime DEFAULT NULL,
  default_billing int unsigned DEFAULT NULL,
  default_shipping int unsigned DEFAULT NULL,
  taxvat varchar(50) DEFAULT NULL,
  confirmation varchar(64) DEFAULT NULL,
  gender smallint unsigned DEFAULT NULL,
  failure_count smallint DEFAULT 0,
  first_failure_at timestamp NULL DEFAULT NULL,
  lock_expires_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (customer_id),
  UNIQUE KEY uq_customer_email_website (email, website_id),
  KEY ix_customer_store_id (store_id),
  KEY ix_customer_website_id (website_id),
  KEY ix_customer_firstname (firstname),
  KEY ix_customer_lastname (lastname),
  CONSTRAINT fk_customer_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL,
  CONSTRAINT fk_customer_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Customers';

CREATE TABLE customer_address (
  address_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_id int unsigned DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  city varchar(255) NOT NULL,
  company varchar(255) DEFAULT NULL,
  country_id varchar(2) NOT NULL,
  fax varchar(255) DEFAULT NULL,
  firstname varchar(255) NOT NULL,
  lastname varchar(255) NOT NULL,
  postcode varchar(255) DEFAULT NULL,
  prefix varchar(40) DEFAULT NULL,
  region varchar(255) DEFAULT NULL,
  region_id int unsigned DEFAULT NULL,
  street text NOT NULL,
  telephone varchar(255) NOT NULL,
  vat_id varchar(255) DEFAULT NULL,
  vat_is_valid int unsigned DEFAULT NULL,
  PRIMARY KEY (address_id),
  KEY ix_customer_address_customer_id (customer_id),
  CONSTRAINT fk_customer_address_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Addresses of customers';

CREATE TABLE customer_varchar (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_customer_varchar_entity_attribute (entity_id, attribute_id),
  KEY ix_customer_varchar_attribute_id (attribute_id),
  CONSTRAINT fk_customer_varchar_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_customer_varchar_customer FOREIGN KEY (entity_id) REFERENCES customer (customer_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Text attributes of customers';

CREATE TABLE customer_log (
  log_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_id int unsigned NOT NULL,
  last_login_at timestamp NULL DEFAULT NULL,
  last_logout_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (log_id),
  UNIQUE KEY uq_customer_log_customer_id (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Log-ins of customers';

CREATE TABLE customer_visitor (
  visitor_id bigint unsigned NOT NULL AUTO_INCREMENT,
  customer_id int unsigned DEFAULT NULL,
  session_id varchar(64) DEFAULT NULL,
  last_visit_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (visitor_id),
  KEY ix_customer_visitor_customer_id (customer_id),
  KEY ix_customer_visitor_last_visit_at (last_visit_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Visitors';

CREATE TABLE customer_segment (
  segment_id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) NOT NULL,
  description text,
  is_active tinyint(1) NOT NULL DEFAULT 0,
  conditions_serialized mediumtext,
  processing_frequency int NOT NULL DEFAULT 0,
  apply_to tinyint NOT NULL DEFAULT 0,
  PRIMARY KEY (segment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Segments of customers';

CREATE TABLE customer_segment_customer (
  segment_id int unsigned NOT NULL,
  customer_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  added_date timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_date timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (segment_id, customer_id, website_id),
  KEY ix_customer_segment_customer_website_id (website_id),
  KEY ix_customer_segment_customer_customer_id (customer_id),
  CONSTRAINT fk_customer_segment_customer_segment FOREIGN KEY (segment_id) REFERENCES customer_segment (segment_id) ON DELETE CASCADE,
  CONSTRAINT fk_customer_segment_customer_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE,
  CONSTRAINT fk_customer_segment_customer_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Customers in segments';

CREATE TABLE newsletter_subscriber (
  subscriber_id int unsigned NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned DEFAULT 0,
  change_status_at timestamp NULL DEFAULT NULL,
  customer_id int unsigned NOT NULL DEFAULT 0,
  subscriber_email varchar(150) DEFAULT NULL,
  subscriber_status int NOT NULL DEFAULT 0,
  subscriber_confirm_code varchar(32) DEFAULT NULL,
  PRIMARY KEY (subscriber_id),
  KEY ix_newsletter_subscriber_customer_id (customer_id),
  KEY ix_newsletter_subscriber_store_id (store_id),
  KEY ix_newsletter_subscriber_email (subscriber_email),
  CONSTRAINT fk_newsletter_subscriber_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Subscribers';

CREATE TABLE newsletter_queue (
  queue_id int unsigned NOT NULL AUTO_INCREMENT,
  newsletter_type int DEFAULT NULL,
  newsletter_text mediumtext,
  newsletter_subject varchar(200) DEFAULT NULL,
  newsletter_sender_name varchar(200) DEFAULT NULL,
  newsletter_sender_email varchar(200) DEFAULT NULL,
  queue_status int unsigned NOT NULL DEFAULT 0,
  queue_start_at timestamp NULL DEFAULT NULL,
  queue_finish_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (queue_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Mailings';

CREATE TABLE newsletter_queue_link (
  queue_link_id int unsigned NOT NULL AUTO_INCREMENT,
  queue_id int unsigned NOT NULL DEFAULT 0,
  subscriber_id int unsigned NOT NULL DEFAULT 0,
  letter_sent_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (queue_link_id),
  KEY ix_newsletter_queue_link_subscriber_id (subscriber_id),
  KEY ix_newsletter_queue_link_queue_sent (queue_id, letter_sent_at),
  CONSTRAINT fk_newsletter_queue_link_queue FOREIGN KEY (queue_id) REFERENCES newsletter_queue (queue_id) ON DELETE CASCADE,
  CONSTRAINT fk_newsletter_queue_link_subscriber FOREIGN KEY (subscriber_id) REFERENCES newsletter_subscriber (subscriber_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Mailings to subscribers';

CREATE TABLE wishlist (
  wishlist_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_id int unsigned NOT NULL DEFAULT 0,
  shared smallint unsigned NOT NULL DEFAULT 0,
  sharing_code varchar(32) DEFAULT NULL,
  updated_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (wishlist_id),
  UNIQUE KEY uq_wishlist_customer_id (customer_id),
  KEY ix_wishlist_shared (shared),
  CONSTRAINT fk_wishlist_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Wish lists';

-- ---------------------------------------------------------------- directory and tax

CREATE TABLE directory_country (
  country_id varchar(2) NOT NULL,
  iso2_code varchar(2) DEFAULT NULL,
  iso3_code varchar(3) DEFAULT NULL,
  PRIMARY KEY (country_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Countries';

CREATE TABLE directory_region (
  region_id int unsigned NOT NULL AUTO_INCREMENT,
  country_id varchar(4) NOT NULL DEFAULT '0',
  code varchar(32) DEFAULT NULL,
  default_name varchar(255) DEFAULT NULL,
  PRIMARY KEY (region_id),
  KEY ix_directory_region_country_id (country_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Regions';

CREATE TABLE directory_region_name (
  locale varchar(16) NOT NULL DEFAULT '',
  region_id int unsigned NOT NULL DEFAULT 0,
  name varchar(255) DEFAULT NULL,
  PRIMARY KEY (locale, region_id),
  KEY ix_directory_region_name_region_id (region_id),
  CONSTRAINT fk_directory_region_name_region FOREIGN KEY (region_id) REFERENCES directory_region (region_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Names of regions';

CREATE TABLE directory_currency_rate (
  currency_from varchar(3) NOT NULL,
  currency_to varchar(3) NOT NULL,
  rate decimal(24,12) NOT NULL DEFAULT 0,
  PRIMARY KEY (currency_from, currency_to),
  KEY ix_directory_currency_rate_currency_to (currency_to)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Exchange rates';

CREATE TABLE tax_class (
  class_id int unsigned NOT NULL AUTO_INCREMENT,
  class_name varchar(255) NOT NULL,
  class_type varchar(8) NOT NULL DEFAULT 'CUSTOMER',
  PRIMARY KEY (class_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Tax classes';

CREATE TABLE tax_rate (
  tax_rate_id int unsigned NOT NULL AUTO_INCREMENT,
  tax_country_id varchar(2) NOT NULL,
  tax_region_id int unsigned NOT NULL,
  tax_postcode varchar(21) DEFAULT NULL,
  code varchar(255) NOT NULL,
  rate decimal(12,4) NOT NULL,
  zip_is_range tinyint(1) DEFAULT NULL,
  zip_from int unsigned DEFAULT NULL,
  zip_to int unsigned DEFAULT NULL,
  PRIMARY KEY (tax_rate_id),
  KEY ix_tax_rate_country_region_postcode (tax_country_id, tax_region_id, tax_postcode),
  KEY ix_tax_rate_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Tax rates';

CREATE TABLE tax_rule (
  tax_rule_id int unsigned NOT NULL AUTO_INCREMENT,
  code varchar(255) NOT NULL,
  priority int NOT NULL,
  position int NOT NULL,
  calculate_subtotal int NOT NULL,
  PRIMARY KEY (tax_rule_id),
  KEY ix_tax_rule_priority_position (priority, position),
  KEY ix_tax_rule_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Tax rules';

CREATE TABLE tax_calculation (
  tax_calculation_id int unsigned NOT NULL AUTO_INCREMENT,
  tax_rate_id int unsigned NOT NULL,
  tax_rule_id int unsigned NOT NULL,
  customer_tax_class_id int unsigned NOT NULL,
  product_tax_class_id int unsigned NOT NULL,
  PRIMARY KEY (tax_calculation_id),
  KEY ix_tax_calculation_rule_id (tax_rule_id),
  KEY ix_tax_calculation_customer_tax_class_id (customer_tax_class_id),
  KEY ix_tax_calculation_product_tax_class_id (product_tax_class_id),
  KEY ix_tax_calculation_rate_classes (tax_rate_id, customer_tax_class_id, product_tax_class_id),
  CONSTRAINT fk_tax_calculation_customer_class FOREIGN KEY (customer_tax_class_id) REFERENCES tax_class (class_id) ON DELETE CASCADE,
  CONSTRAINT fk_tax_calculation_product_class FOREIGN KEY (product_tax_class_id) REFERENCES tax_class (class_id) ON DELETE CASCADE,
  CONSTRAINT fk_tax_calculation_rate FOREIGN KEY (tax_rate_id) REFERENCES tax_rate (tax_rate_id) ON DELETE CASCADE,
  CONSTRAINT fk_tax_calculation_rule FOREIGN KEY (tax_rule_id) REFERENCES tax_rule (tax_rule_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Which rate applies to whom';

-- ---------------------------------------------------------------- catalogue

CREATE TABLE catalog_category (
  category_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  parent_id int unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  path varchar(255) NOT NULL,
  position int NOT NULL,
  level int NOT NULL DEFAULT 0,
  children_count int NOT NULL,
  PRIMARY KEY (category_id),
  KEY ix_catalog_category_level (level),
  KEY ix_catalog_category_path (path)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Categories';

CREATE TABLE catalog_category_varchar (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_category_varchar (entity_id, attribute_id, store_id),
  KEY ix_catalog_category_varchar_attribute_id (attribute_id),
  KEY ix_catalog_category_varchar_store_id (store_id),
  CONSTRAINT fk_catalog_category_varchar_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_category_varchar_category FOREIGN KEY (entity_id) REFERENCES catalog_category (category_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_category_varchar_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Text attributes of categories';

CREATE TABLE catalog_category_text (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value mediumtext,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_category_text (entity_id, attribute_id, store_id),
  KEY ix_catalog_category_text_attribute_id (attribute_id),
  KEY ix_catalog_category_text_store_id (store_id),
  CONSTRAINT fk_catalog_category_text_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_category_text_category FOREIGN KEY (entity_id) REFERENCES catalog_category (category_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_category_text_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Long text attributes of categories';

CREATE TABLE catalog_product (
  product_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  type_id varchar(32) NOT NULL DEFAULT 'simple',
  sku varchar(64) NOT NULL,
  has_options smallint NOT NULL DEFAULT 0,
  required_options smallint unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (product_id),
  UNIQUE KEY uq_catalog_product_sku (sku),
  KEY ix_catalog_product_attribute_set_id (attribute_set_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Products';

CREATE TABLE catalog_product_varchar (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_varchar (entity_id, attribute_id, store_id),
  KEY ix_catalog_product_varchar_attribute_id (attribute_id),
  KEY ix_catalog_product_varchar_store_id (store_id),
  CONSTRAINT fk_catalog_product_varchar_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_varchar_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_varchar_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Text attributes of products';

CREATE TABLE catalog_product_int (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value int DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_int (entity_id, attribute_id, store_id),
  KEY ix_catalog_product_int_attribute_id (attribute_id),
  KEY ix_catalog_product_int_store_id (store_id),
  CONSTRAINT fk_catalog_product_int_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_int_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_int_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Number attributes of products';

CREATE TABLE catalog_product_decimal (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value decimal(20,6) DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_decimal (entity_id, attribute_id, store_id),
  KEY ix_catalog_product_decimal_store_id (store_id),
  KEY ix_catalog_product_decimal_attribute_id (attribute_id),
  CONSTRAINT fk_catalog_product_decimal_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_decimal_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_decimal_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Decimal attributes of products';

CREATE TABLE catalog_product_datetime (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value datetime DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_datetime (entity_id, attribute_id, store_id),
  KEY ix_catalog_product_datetime_attribute_id (attribute_id),
  KEY ix_catalog_product_datetime_store_id (store_id),
  CONSTRAINT fk_catalog_product_datetime_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_datetime_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_datetime_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Date attributes of products';

CREATE TABLE catalog_product_text (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value mediumtext,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_text (entity_id, attribute_id, store_id),
  KEY ix_catalog_product_text_attribute_id (attribute_id),
  KEY ix_catalog_product_text_store_id (store_id),
  CONSTRAINT fk_catalog_product_text_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_text_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_text_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Long text attributes of products';

CREATE TABLE catalog_category_product (
  category_id int unsigned NOT NULL DEFAULT 0,
  product_id int unsigned NOT NULL DEFAULT 0,
  position int NOT NULL DEFAULT 0,
  PRIMARY KEY (category_id, product_id),
  KEY ix_catalog_category_product_product_id (product_id),
  CONSTRAINT fk_catalog_category_product_category FOREIGN KEY (category_id) REFERENCES catalog_category (category_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_category_product_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Products in categories';

CREATE TABLE catalog_product_website (
  product_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  PRIMARY KEY (product_id, website_id),
  KEY ix_catalog_product_website_website_id (website_id),
  CONSTRAINT fk_catalog_product_website_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_website_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Products on websites';

CREATE TABLE catalog_product_link_type (
  link_type_id smallint unsigned NOT NULL AUTO_INCREMENT,
  code varchar(32) DEFAULT NULL,
  PRIMARY KEY (link_type_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Kinds of links';

CREATE TABLE catalog_product_link (
  link_id int unsigned NOT NULL AUTO_INCREMENT,
  product_id int unsigned NOT NULL DEFAULT 0,
  linked_product_id int unsigned NOT NULL DEFAULT 0,
  link_type_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (link_id),
  UNIQUE KEY uq_catalog_product_link (link_type_id, product_id, linked_product_id),
  KEY ix_catalog_product_link_product_id (product_id),
  KEY ix_catalog_product_link_linked_product_id (linked_product_id),
  CONSTRAINT fk_catalog_product_link_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_link_linked_product FOREIGN KEY (linked_product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_link_type FOREIGN KEY (link_type_id) REFERENCES catalog_product_link_type (link_type_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Related products';

CREATE TABLE catalog_product_relation (
  parent_id int unsigned NOT NULL,
  child_id int unsigned NOT NULL,
  PRIMARY KEY (parent_id, child_id),
  KEY ix_catalog_product_relation_child_id (child_id),
  CONSTRAINT fk_catalog_product_relation_parent FOREIGN KEY (parent_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_relation_child FOREIGN KEY (child_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Parts of composite products';

CREATE TABLE catalog_product_option (
  option_id int unsigned NOT NULL AUTO_INCREMENT,
  product_id int unsigned NOT NULL DEFAULT 0,
  type varchar(50) DEFAULT NULL,
  is_require tinyint(1) NOT NULL DEFAULT 1,
  sku varchar(64) DEFAULT NULL,
  max_characters int unsigned DEFAULT NULL,
  file_extension varchar(50) DEFAULT NULL,
  image_size_x smallint unsigned DEFAULT NULL,
  image_size_y smallint unsigned DEFAULT NULL,
  sort_order int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (option_id),
  KEY ix_catalog_product_option_product_id (product_id),
  CONSTRAINT fk_catalog_product_option_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Custom options';

CREATE TABLE catalog_product_option_price (
  option_price_id int unsigned NOT NULL AUTO_INCREMENT,
  option_id int unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  price decimal(20,6) NOT NULL DEFAULT 0,
  price_type varchar(7) NOT NULL DEFAULT 'fixed',
  PRIMARY KEY (option_price_id),
  UNIQUE KEY uq_catalog_product_option_price (option_id, store_id),
  KEY ix_catalog_product_option_price_store_id (store_id),
  CONSTRAINT fk_catalog_product_option_price_option FOREIGN KEY (option_id) REFERENCES catalog_product_option (option_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_option_price_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Prices of custom options';

CREATE TABLE catalog_product_tier_price (
  value_id int NOT NULL AUTO_INCREMENT,
  entity_id int unsigned NOT NULL DEFAULT 0,
  all_groups tinyint(1) NOT NULL DEFAULT 1,
  customer_group_id smallint unsigned NOT NULL DEFAULT 0,
  qty decimal(12,4) NOT NULL DEFAULT 1,
  value decimal(20,6) NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL,
  percentage_value decimal(5,2) DEFAULT NULL,
  PRIMARY KEY (value_id),
  UNIQUE KEY uq_catalog_product_tier_price (entity_id, all_groups, customer_group_id, qty, website_id),
  KEY ix_catalog_product_tier_price_customer_group_id (customer_group_id),
  KEY ix_catalog_product_tier_price_website_id (website_id),
  CONSTRAINT fk_catalog_product_tier_price_group FOREIGN KEY (customer_group_id) REFERENCES customer_group (customer_group_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_tier_price_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_tier_price_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Prices by quantity';

CREATE TABLE catalog_product_media (
  value_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  value varchar(255) DEFAULT NULL,
  media_type varchar(32) NOT NULL DEFAULT 'image',
  disabled tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (value_id),
  KEY ix_catalog_product_media_attribute_id (attribute_id),
  CONSTRAINT fk_catalog_product_media_attribute FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Pictures';

CREATE TABLE catalog_product_media_to_product (
  value_id int unsigned NOT NULL,
  entity_id int unsigned NOT NULL,
  label varchar(255) DEFAULT NULL,
  position int unsigned DEFAULT NULL,
  UNIQUE KEY uq_catalog_product_media_to_product (value_id, entity_id),
  KEY ix_catalog_product_media_to_product_entity_id (entity_id),
  CONSTRAINT fk_catalog_product_media_to_product_media FOREIGN KEY (value_id) REFERENCES catalog_product_media (value_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_product_media_to_product_product FOREIGN KEY (entity_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Pictures of products';

CREATE TABLE catalog_product_index_price (
  entity_id int unsigned NOT NULL,
  customer_group_id smallint unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  tax_class_id smallint unsigned DEFAULT 0,
  price decimal(20,6) DEFAULT NULL,
  final_price decimal(20,6) DEFAULT NULL,
  min_price decimal(20,6) DEFAULT NULL,
  max_price decimal(20,6) DEFAULT NULL,
  tier_price decimal(20,6) DEFAULT NULL,
  PRIMARY KEY (entity_id, customer_group_id, website_id),
  KEY ix_catalog_product_index_price_customer_group_id (customer_group_id),
  KEY ix_catalog_product_index_price_min_price (min_price),
  KEY ix_catalog_product_index_price_website_group (website_id, customer_group_id, min_price)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Prices, precomputed';

CREATE TABLE catalog_product_index_price_replica (
  entity_id int unsigned NOT NULL,
  customer_group_id smallint unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  tax_class_id smallint unsigned DEFAULT 0,
  price decimal(20,6) DEFAULT NULL,
  final_price decimal(20,6) DEFAULT NULL,
  min_price decimal(20,6) DEFAULT NULL,
  max_price decimal(20,6) DEFAULT NULL,
  tier_price decimal(20,6) DEFAULT NULL,
  PRIMARY KEY (entity_id, customer_group_id, website_id),
  KEY ix_catalog_product_index_price_replica_customer_group_id (customer_group_id),
  KEY ix_catalog_product_index_price_replica_min_price (min_price),
  KEY ix_catalog_product_index_price_replica_website_group (website_id, customer_group_id, min_price)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Prices, being precomputed';

CREATE TABLE catalog_url_rewrite (
  url_rewrite_id int unsigned NOT NULL AUTO_INCREMENT,
  entity_type varchar(32) NOT NULL,
  entity_id int unsigned NOT NULL,
  request_path varchar(255) DEFAULT NULL,
  target_path varchar(255) DEFAULT NULL,
  redirect_type smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL,
  description varchar(255) DEFAULT NULL,
  is_autogenerated tinyint(1) NOT NULL DEFAULT 0,
  metadata varchar(255) DEFAULT NULL,
  PRIMARY KEY (url_rewrite_id),
  UNIQUE KEY uq_catalog_url_rewrite_path (request_path, store_id),
  KEY ix_catalog_url_rewrite_target_path (target_path),
  KEY ix_catalog_url_rewrite_store_entity (store_id, entity_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Addresses of pages';

CREATE TABLE catalog_compare_item (
  compare_item_id int unsigned NOT NULL AUTO_INCREMENT,
  visitor_id int unsigned NOT NULL DEFAULT 0,
  customer_id int unsigned DEFAULT NULL,
  product_id int unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned DEFAULT NULL,
  PRIMARY KEY (compare_item_id),
  KEY ix_catalog_compare_item_product_id (product_id),
  KEY ix_catalog_compare_item_visitor_product (visitor_id, product_id),
  KEY ix_catalog_compare_item_customer_product (customer_id, product_id),
  KEY ix_catalog_compare_item_store_id (store_id),
  CONSTRAINT fk_catalog_compare_item_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_compare_item_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_catalog_compare_item_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Compared products';

CREATE TABLE wishlist_item (
  wishlist_item_id int unsigned NOT NULL AUTO_INCREMENT,
  wishlist_id int unsigned NOT NULL DEFAULT 0,
  product_id int unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned DEFAULT NULL,
  added_at timestamp NULL DEFAULT NULL,
  description text,
  qty decimal(12,4) NOT NULL,
  PRIMARY KEY (wishlist_item_id),
  KEY ix_wishlist_item_wishlist_id (wishlist_id),
  KEY ix_wishlist_item_product_id (product_id),
  KEY ix_wishlist_item_store_id (store_id),
  CONSTRAINT fk_wishlist_item_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_wishlist_item_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL,
  CONSTRAINT fk_wishlist_item_wishlist FOREIGN KEY (wishlist_id) REFERENCES wishlist (wishlist_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of wish lists';

CREATE TABLE review (
  review_id bigint unsigned NOT NULL AUTO_INCREMENT,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  product_id int unsigned NOT NULL,
  status_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (review_id),
  KEY ix_review_status_id (status_id),
  KEY ix_review_product_id (product_id),
  CONSTRAINT fk_review_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Reviews';

CREATE TABLE review_detail (
  detail_id bigint unsigned NOT NULL AUTO_INCREMENT,
  review_id bigint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned DEFAULT 0,
  title varchar(255) NOT NULL,
  detail text NOT NULL,
  nickname varchar(128) NOT NULL,
  customer_id int unsigned DEFAULT NULL,
  PRIMARY KEY (detail_id),
  KEY ix_review_detail_review_id (review_id),
  KEY ix_review_detail_store_id (store_id),
  KEY ix_review_detail_customer_id (customer_id),
  CONSTRAINT fk_review_detail_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE SET NULL,
  CONSTRAINT fk_review_detail_review FOREIGN KEY (review_id) REFERENCES review (review_id) ON DELETE CASCADE,
  CONSTRAINT fk_review_detail_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Texts of reviews';

CREATE TABLE review_vote (
  vote_id bigint unsigned NOT NULL AUTO_INCREMENT,
  review_id bigint unsigned NOT NULL,
  rating_code varchar(64) NOT NULL,
  remote_ip varchar(50) DEFAULT NULL,
  customer_id int unsigned DEFAULT 0,
  percent smallint NOT NULL DEFAULT 0,
  value smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (vote_id),
  KEY ix_review_vote_review_id (review_id),
  CONSTRAINT fk_review_vote_review FOREIGN KEY (review_id) REFERENCES review (review_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Ratings';

-- ---------------------------------------------------------------- stock

CREATE TABLE stock_source (
  source_code varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  enabled tinyint(1) NOT NULL DEFAULT 1,
  description text,
  latitude decimal(8,6) DEFAULT NULL,
  longitude decimal(9,6) DEFAULT NULL,
  country_id varchar(2) NOT NULL,
  region_id int unsigned DEFAULT NULL,
  city varchar(255) DEFAULT NULL,
  street varchar(255) DEFAULT NULL,
  postcode varchar(255) NOT NULL,
  contact_name varchar(255) DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  phone varchar(255) DEFAULT NULL,
  PRIMARY KEY (source_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Warehouses';

CREATE TABLE stock_source_item (
  source_item_id int unsigned NOT NULL AUTO_INCREMENT,
  source_code varchar(255) NOT NULL,
  sku varchar(64) NOT NULL,
  quantity decimal(12,4) NOT NULL DEFAULT 0,
  status smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (source_item_id),
  UNIQUE KEY uq_stock_source_item (source_code, sku),
  KEY ix_stock_source_item_sku (sku),
  CONSTRAINT fk_stock_source_item_source FOREIGN KEY (source_code) REFERENCES stock_source (source_code) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Stock by warehouse';

CREATE TABLE stock_item (
  item_id int unsigned NOT NULL AUTO_INCREMENT,
  product_id int unsigned NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  qty decimal(12,4) DEFAULT NULL,
  min_qty decimal(12,4) NOT NULL DEFAULT 0,
  use_config_min_qty tinyint(1) NOT NULL DEFAULT 1,
  is_qty_decimal tinyint(1) NOT NULL DEFAULT 0,
  backorders smallint unsigned NOT NULL DEFAULT 0,
  min_sale_qty decimal(12,4) NOT NULL DEFAULT 1,
  max_sale_qty decimal(12,4) NOT NULL DEFAULT 0,
  is_in_stock tinyint(1) NOT NULL DEFAULT 0,
  low_stock_date timestamp NULL DEFAULT NULL,
  notify_stock_qty decimal(12,4) DEFAULT NULL,
  manage_stock tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (item_id),
  UNIQUE KEY uq_stock_item_product_website (product_id, website_id),
  KEY ix_stock_item_website_id (website_id),
  CONSTRAINT fk_stock_item_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Stock';

CREATE TABLE stock_reservation (
  reservation_id int unsigned NOT NULL AUTO_INCREMENT,
  stock_id int unsigned NOT NULL,
  sku varchar(64) NOT NULL,
  quantity decimal(10,4) NOT NULL DEFAULT 0,
  metadata varchar(255) DEFAULT NULL,
  PRIMARY KEY (reservation_id),
  KEY ix_stock_reservation_stock_sku_quantity (stock_id, sku, quantity)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Reservations';

CREATE TABLE stock_alert (
  alert_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_id int unsigned NOT NULL DEFAULT 0,
  product_id int unsigned NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  add_date timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  send_date timestamp NULL DEFAULT NULL,
  send_count smallint unsigned NOT NULL DEFAULT 0,
  status smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (alert_id),
  KEY ix_stock_alert_customer_id (customer_id),
  KEY ix_stock_alert_product_id (product_id),
  KEY ix_stock_alert_website_id (website_id),
  CONSTRAINT fk_stock_alert_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE,
  CONSTRAINT fk_stock_alert_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_stock_alert_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Who waits for stock';

-- ---------------------------------------------------------------- promotions

CREATE TABLE promo_rule (
  rule_id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) DEFAULT NULL,
  description text,
  from_date date DEFAULT NULL,
  to_date date DEFAULT NULL,
  uses_per_customer int NOT NULL DEFAULT 0,
  is_active tinyint(1) NOT NULL DEFAULT 0,
  conditions_serialized mediumtext,
  actions_serialized mediumtext,
  stop_rules_processing tinyint(1) NOT NULL DEFAULT 1,
  is_advanced tinyint(1) NOT NULL DEFAULT 1,
  product_ids text,
  sort_order int unsigned NOT NULL DEFAULT 0,
  simple_action varchar(32) DEFAULT NULL,
  discount_amount decimal(12,4) NOT NULL DEFAULT 0,
  discount_qty decimal(12,4) DEFAULT NULL,
  discount_step int unsigned NOT NULL,
  apply_to_shipping tinyint(1) NOT NULL DEFAULT 0,
  times_used int unsigned NOT NULL DEFAULT 0,
  coupon_type smallint unsigned NOT NULL DEFAULT 1,
  uses_per_coupon int NOT NULL DEFAULT 0,
  PRIMARY KEY (rule_id),
  KEY ix_promo_rule_active_dates (is_active, sort_order, to_date, from_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Promotions';

CREATE TABLE promo_coupon (
  coupon_id int unsigned NOT NULL AUTO_INCREMENT,
  rule_id int unsigned NOT NULL,
  code varchar(255) DEFAULT NULL,
  usage_limit int unsigned DEFAULT NULL,
  usage_per_customer int unsigned DEFAULT NULL,
  times_used int unsigned NOT NULL DEFAULT 0,
  expiration_date datetime DEFAULT NULL,
  is_primary smallint unsigned DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  type smallint DEFAULT 0,
  PRIMARY KEY (coupon_id),
  UNIQUE KEY uq_promo_coupon_code (code),
  UNIQUE KEY uq_promo_coupon_rule_primary (rule_id, is_primary),
  KEY ix_promo_coupon_rule_id (rule_id),
  CONSTRAINT fk_promo_coupon_rule FOREIGN KEY (rule_id) REFERENCES promo_rule (rule_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Coupons';

CREATE TABLE promo_coupon_usage (
  coupon_id int unsigned NOT NULL,
  customer_id int unsigned NOT NULL,
  times_used int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (coupon_id, customer_id),
  KEY ix_promo_coupon_usage_customer_id (customer_id),
  CONSTRAINT fk_promo_coupon_usage_coupon FOREIGN KEY (coupon_id) REFERENCES promo_coupon (coupon_id) ON DELETE CASCADE,
  CONSTRAINT fk_promo_coupon_usage_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Used coupons';

CREATE TABLE promo_rule_customer_group (
  rule_id int unsigned NOT NULL,
  customer_group_id smallint unsigned NOT NULL,
  PRIMARY KEY (rule_id, customer_group_id),
  KEY ix_promo_rule_customer_group_customer_group_id (customer_group_id),
  CONSTRAINT fk_promo_rule_customer_group_group FOREIGN KEY (customer_group_id) REFERENCES customer_group (customer_group_id) ON DELETE CASCADE,
  CONSTRAINT fk_promo_rule_customer_group_rule FOREIGN KEY (rule_id) REFERENCES promo_rule (rule_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Promotions for groups';

CREATE TABLE promo_rule_website (
  rule_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  PRIMARY KEY (rule_id, website_id),
  KEY ix_promo_rule_website_website_id (website_id),
  CONSTRAINT fk_promo_rule_website_rule FOREIGN KEY (rule_id) REFERENCES promo_rule (rule_id) ON DELETE CASCADE,
  CONSTRAINT fk_promo_rule_website_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Promotions on websites';

CREATE TABLE gift_card (
  gift_card_id int unsigned NOT NULL AUTO_INCREMENT,
  code varchar(255) NOT NULL,
  status smallint NOT NULL,
  date_created date NOT NULL,
  date_expires date DEFAULT NULL,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  balance decimal(20,4) NOT NULL DEFAULT 0,
  state smallint NOT NULL DEFAULT 0,
  is_redeemable smallint NOT NULL DEFAULT 1,
  PRIMARY KEY (gift_card_id),
  KEY ix_gift_card_website_id (website_id),
  KEY ix_gift_card_code (code),
  CONSTRAINT fk_gift_card_website FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Gift cards';

CREATE TABLE gift_card_history (
  history_id int unsigned NOT NULL AUTO_INCREMENT,
  gift_card_id int unsigned NOT NULL DEFAULT 0,
  updated_at timestamp NULL DEFAULT NULL,
  action smallint NOT NULL DEFAULT 0,
  balance_amount decimal(20,4) NOT NULL DEFAULT 0,
  balance_delta decimal(20,4) NOT NULL DEFAULT 0,
  additional_info varchar(255) DEFAULT NULL,
  PRIMARY KEY (history_id),
  KEY ix_gift_card_history_gift_card_id (gift_card_id),
  CONSTRAINT fk_gift_card_history_card FOREIGN KEY (gift_card_id) REFERENCES gift_card (gift_card_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Movements of gift cards';

-- ---------------------------------------------------------------- carts

CREATE TABLE cart (
  cart_id int unsigned NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  converted_at timestamp NULL DEFAULT NULL,
  is_active tinyint(1) DEFAULT 1,
  is_virtual tinyint(1) DEFAULT 0,
  items_count int unsigned DEFAULT 0,
  items_qty decimal(12,4) DEFAULT 0,
  store_currency_code varchar(255) DEFAULT NULL,
  cart_currency_code varchar(255) DEFAULT NULL,
  grand_total decimal(20,4) DEFAULT 0,
  base_grand_total decimal(20,4) DEFAULT 0,
  checkout_method varchar(255) DEFAULT NULL,
  customer_id int unsigned DEFAULT NULL,
  customer_group_id int unsigned DEFAULT 0,
  customer_email varchar(255) DEFAULT NULL,
  customer_firstname varchar(255) DEFAULT NULL,
  customer_lastname varchar(255) DEFAULT NULL,
  customer_is_guest tinyint(1) DEFAULT 0,
  remote_ip varchar(45) DEFAULT NULL,
  applied_rule_ids varchar(255) DEFAULT NULL,
  reserved_order_id varchar(64) DEFAULT NULL,
  coupon_code varchar(255) DEFAULT NULL,
  subtotal decimal(20,4) DEFAULT NULL,
  subtotal_with_discount decimal(20,4) DEFAULT NULL,
  PRIMARY KEY (cart_id),
  KEY ix_cart_customer_store_active (customer_id, store_id, is_active),
  KEY ix_cart_store_updated_at (store_id, updated_at),
  CONSTRAINT fk_cart_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Carts';

CREATE TABLE cart_item (
  item_id int unsigned NOT NULL AUTO_INCREMENT,
  cart_id int unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  product_id int unsigned DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  parent_item_id int unsigned DEFAULT NULL,
  is_virtual tinyint(1) DEFAULT NULL,
  sku varchar(255) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  weight decimal(12,4) DEFAULT 0,
  qty decimal(12,4) NOT NULL DEFAULT 0,
  price decimal(12,4) NOT NULL DEFAULT 0,
  base_price decimal(12,4) NOT NULL DEFAULT 0,
  custom_price decimal(12,4) DEFAULT NULL,
  discount_percent decimal(12,4) DEFAULT 0,
  discount_amount decimal(20,4) DEFAULT 0,
  tax_percent decimal(12,4) DEFAULT 0,
  tax_amount decimal(20,4) DEFAULT 0,
  row_total decimal(20,4) NOT NULL DEFAULT 0,
  row_weight decimal(12,4) DEFAULT 0,
  product_type varchar(255) DEFAULT NULL,
  PRIMARY KEY (item_id),
  KEY ix_cart_item_parent_item_id (parent_item_id),
  KEY ix_cart_item_product_id (product_id),
  KEY ix_cart_item_cart_id (cart_id),
  KEY ix_cart_item_store_id (store_id),
  CONSTRAINT fk_cart_item_parent FOREIGN KEY (parent_item_id) REFERENCES cart_item (item_id) ON DELETE CASCADE,
  CONSTRAINT fk_cart_item_cart FOREIGN KEY (cart_id) REFERENCES cart (cart_id) ON DELETE CASCADE,
  CONSTRAINT fk_cart_item_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of carts';

CREATE TABLE cart_address (
  address_id int unsigned NOT NULL AUTO_INCREMENT,
  cart_id int unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  customer_id int unsigned DEFAULT NULL,
  save_in_address_book smallint DEFAULT 0,
  address_type varchar(10) DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  firstname varchar(255) DEFAULT NULL,
  lastname varchar(255) DEFAULT NULL,
  company varchar(255) DEFAULT NULL,
  street varchar(255) DEFAULT NULL,
  city varchar(255) DEFAULT NULL,
  region varchar(255) DEFAULT NULL,
  region_id int unsigned DEFAULT NULL,
  postcode varchar(20) DEFAULT NULL,
  country_id varchar(30) DEFAULT NULL,
  telephone varchar(255) DEFAULT NULL,
  same_as_billing tinyint(1) NOT NULL DEFAULT 0,
  shipping_method varchar(120) DEFAULT NULL,
  shipping_description varchar(255) DEFAULT NULL,
  weight decimal(12,4) NOT NULL DEFAULT 0,
  subtotal decimal(20,4) NOT NULL DEFAULT 0,
  tax_amount decimal(20,4) NOT NULL DEFAULT 0,
  shipping_amount decimal(20,4) NOT NULL DEFAULT 0,
  discount_amount decimal(20,4) NOT NULL DEFAULT 0,
  grand_total decimal(20,4) NOT NULL DEFAULT 0,
  customer_notes text,
  PRIMARY KEY (address_id),
  KEY ix_cart_address_cart_id (cart_id),
  CONSTRAINT fk_cart_address_cart FOREIGN KEY (cart_id) REFERENCES cart (cart_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Addresses of carts';

CREATE TABLE cart_payment (
  payment_id int unsigned NOT NULL AUTO_INCREMENT,
  cart_id int unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  method varchar(255) DEFAULT NULL,
  cc_type varchar(255) DEFAULT NULL,
  cc_number_enc varchar(255) DEFAULT NULL,
  cc_last_4 varchar(255) DEFAULT NULL,
  cc_owner varchar(255) DEFAULT NULL,
  cc_exp_month varchar(255) DEFAULT NULL,
  cc_exp_year smallint unsigned DEFAULT 0,
  po_number varchar(255) DEFAULT NULL,
  additional_data text,
  PRIMARY KEY (payment_id),
  KEY ix_cart_payment_cart_id (cart_id),
  CONSTRAINT fk_cart_payment_cart FOREIGN KEY (cart_id) REFERENCES cart (cart_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Payment of carts';

CREATE TABLE cart_shipping_rate (
  rate_id int unsigned NOT NULL AUTO_INCREMENT,
  address_id int unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  carrier varchar(255) DEFAULT NULL,
  carrier_title varchar(255) DEFAULT NULL,
  code varchar(255) DEFAULT NULL,
  method varchar(255) DEFAULT NULL,
  method_description text,
  price decimal(20,4) NOT NULL DEFAULT 0,
  error_message text,
  PRIMARY KEY (rate_id),
  KEY ix_cart_shipping_rate_address_id (address_id),
  CONSTRAINT fk_cart_shipping_rate_address FOREIGN KEY (address_id) REFERENCES cart_address (address_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Offers of carriers';

CREATE TABLE cart_masked_id (
  entity_id int unsigned NOT NULL AUTO_INCREMENT,
  cart_id int unsigned DEFAULT NULL,
  masked_id varchar(32) DEFAULT NULL,
  PRIMARY KEY (entity_id),
  KEY ix_cart_masked_id_cart_id (cart_id),
  KEY ix_cart_masked_id_masked_id (masked_id),
  CONSTRAINT fk_cart_masked_id_cart FOREIGN KEY (cart_id) REFERENCES cart (cart_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Public ids of carts';

-- ---------------------------------------------------------------- sales

CREATE TABLE sales_order (
  order_id int unsigned NOT NULL AUTO_INCREMENT,
  state varchar(32) DEFAULT NULL,
  status varchar(32) DEFAULT NULL,
  coupon_code varchar(255) DEFAULT NULL,
  protect_code varchar(255) DEFAULT NULL,
  shipping_description varchar(255) DEFAULT NULL,
  is_virtual tinyint(1) DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  customer_id int unsigned DEFAULT NULL,
  base_discount_amount decimal(20,4) DEFAULT NULL,
  base_grand_total decimal(20,4) DEFAULT NULL,
  base_shipping_amount decimal(20,4) DEFAULT NULL,
  base_subtotal decimal(20,4) DEFAULT NULL,
  base_tax_amount decimal(20,4) DEFAULT NULL,
  base_to_order_rate decimal(12,4) DEFAULT NULL,
  discount_amount decimal(20,4) DEFAULT NULL,
  grand_total decimal(20,4) DEFAULT NULL,
  shipping_amount decimal(20,4) DEFAULT NULL,
  subtotal decimal(20,4) DEFAULT NULL,
  tax_amount decimal(20,4) DEFAULT NULL,
  total_due decimal(20,4) DEFAULT NULL,
  total_paid decimal(20,4) DEFAULT NULL,
  total_refunded decimal(20,4) DEFAULT NULL,
  total_qty_ordered decimal(12,4) DEFAULT NULL,
  customer_is_guest tinyint(1) DEFAULT NULL,
  billing_address_id int DEFAULT NULL,
  shipping_address_id int DEFAULT NULL,
  customer_group_id int DEFAULT NULL,
  email_sent tinyint(1) DEFAULT NULL,
  cart_id int DEFAULT NULL,
  increment_id varchar(50) DEFAULT NULL,
  customer_email varchar(128) DEFAULT NULL,
  customer_firstname varchar(128) DEFAULT NULL,
  customer_lastname varchar(128) DEFAULT NULL,
  customer_dob datetime DEFAULT NULL,
  base_currency_code varchar(3) DEFAULT NULL,
  order_currency_code varchar(3) DEFAULT NULL,
  remote_ip varchar(45) DEFAULT NULL,
  shipping_method varchar(120) DEFAULT NULL,
  weight decimal(12,4) DEFAULT NULL,
  applied_rule_ids varchar(128) DEFAULT NULL,
  customer_note text,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  total_item_count smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id),
  UNIQUE KEY uq_sales_order_increment_store (increment_id, store_id),
  KEY ix_sales_order_status (status),
  KEY ix_sales_order_state (state),
  KEY ix_sales_order_store_id (store_id),
  KEY ix_sales_order_created_at (created_at),
  KEY ix_sales_order_customer_id (customer_id),
  KEY ix_sales_order_cart_id (cart_id),
  KEY ix_sales_order_updated_at (updated_at),
  CONSTRAINT fk_sales_order_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE SET NULL,
  CONSTRAINT fk_sales_order_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Orders';

CREATE TABLE sales_order_item (
  item_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned NOT NULL DEFAULT 0,
  parent_item_id int unsigned DEFAULT NULL,
  cart_item_id int unsigned DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  product_id int unsigned DEFAULT NULL,
  product_type varchar(255) DEFAULT NULL,
  product_options longtext,
  weight decimal(12,4) DEFAULT 0,
  sku varchar(255) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  qty_ordered decimal(12,4) DEFAULT 0,
  qty_invoiced decimal(12,4) DEFAULT 0,
  qty_shipped decimal(12,4) DEFAULT 0,
  qty_canceled decimal(12,4) DEFAULT 0,
  qty_refunded decimal(12,4) DEFAULT 0,
  price decimal(12,4) NOT NULL DEFAULT 0,
  base_price decimal(12,4) NOT NULL DEFAULT 0,
  original_price decimal(12,4) DEFAULT NULL,
  tax_percent decimal(12,4) DEFAULT 0,
  tax_amount decimal(20,4) DEFAULT 0,
  discount_percent decimal(12,4) DEFAULT 0,
  discount_amount decimal(20,4) DEFAULT 0,
  row_total decimal(20,4) NOT NULL DEFAULT 0,
  row_invoiced decimal(20,4) NOT NULL DEFAULT 0,
  locked_do_invoice tinyint(1) DEFAULT NULL,
  PRIMARY KEY (item_id),
  KEY ix_sales_order_item_order_id (order_id),
  KEY ix_sales_order_item_store_id (store_id),
  CONSTRAINT fk_sales_order_item_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_order_item_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of orders';

CREATE TABLE sales_order_address (
  address_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned DEFAULT NULL,
  customer_address_id int DEFAULT NULL,
  customer_id int DEFAULT NULL,
  address_type varchar(255) DEFAULT NULL,
  region_id int DEFAULT NULL,
  region varchar(255) DEFAULT NULL,
  postcode varchar(255) DEFAULT NULL,
  lastname varchar(255) DEFAULT NULL,
  firstname varchar(255) DEFAULT NULL,
  street varchar(255) DEFAULT NULL,
  city varchar(255) DEFAULT NULL,
  email varchar(255) DEFAULT NULL,
  telephone varchar(255) DEFAULT NULL,
  country_id varchar(2) DEFAULT NULL,
  company varchar(255) DEFAULT NULL,
  vat_id text,
  PRIMARY KEY (address_id),
  KEY ix_sales_order_address_order_id (order_id),
  CONSTRAINT fk_sales_order_address_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Addresses of orders';

CREATE TABLE sales_order_payment (
  payment_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned NOT NULL,
  shipping_captured decimal(20,4) DEFAULT NULL,
  amount_refunded decimal(20,4) DEFAULT NULL,
  amount_paid decimal(20,4) DEFAULT NULL,
  amount_authorized decimal(20,4) DEFAULT NULL,
  amount_ordered decimal(20,4) DEFAULT NULL,
  cc_exp_month varchar(12) DEFAULT NULL,
  cc_exp_year varchar(4) DEFAULT NULL,
  cc_last_4 varchar(100) DEFAULT NULL,
  cc_owner varchar(128) DEFAULT NULL,
  cc_type varchar(32) DEFAULT NULL,
  cc_number_enc varchar(128) DEFAULT NULL,
  method varchar(128) DEFAULT NULL,
  last_trans_id varchar(255) DEFAULT NULL,
  additional_information longtext,
  PRIMARY KEY (payment_id),
  KEY ix_sales_order_payment_order_id (order_id),
  CONSTRAINT fk_sales_order_payment_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Payments of orders';

CREATE TABLE sales_order_status (
  status varchar(32) NOT NULL,
  label varchar(128) NOT NULL,
  PRIMARY KEY (status)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Statuses';

CREATE TABLE sales_order_status_state (
  status varchar(32) NOT NULL,
  state varchar(32) NOT NULL,
  is_default tinyint(1) NOT NULL DEFAULT 0,
  visible_on_front tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (status, state),
  CONSTRAINT fk_sales_order_status_state_status FOREIGN KEY (status) REFERENCES sales_order_status (status) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Statuses by state';

CREATE TABLE sales_order_status_history (
  history_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned NOT NULL,
  is_customer_notified int DEFAULT NULL,
  is_visible_on_front tinyint(1) NOT NULL DEFAULT 0,
  comment text,
  status varchar(32) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  entity_name varchar(32) DEFAULT NULL,
  PRIMARY KEY (history_id),
  KEY ix_sales_order_status_history_order_id (order_id),
  KEY ix_sales_order_status_history_created_at (created_at),
  CONSTRAINT fk_sales_order_status_history_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Comments of orders';

CREATE TABLE sales_order_tax (
  tax_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned NOT NULL,
  code varchar(255) DEFAULT NULL,
  title varchar(255) DEFAULT NULL,
  percent decimal(12,4) DEFAULT NULL,
  amount decimal(20,4) DEFAULT NULL,
  priority int NOT NULL,
  position int NOT NULL,
  process smallint NOT NULL,
  PRIMARY KEY (tax_id),
  KEY ix_sales_order_tax_order_priority_position (order_id, priority, position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Taxes of orders';

CREATE TABLE sales_order_tax_item (
  tax_item_id int unsigned NOT NULL AUTO_INCREMENT,
  tax_id int unsigned NOT NULL,
  item_id int unsigned DEFAULT NULL,
  tax_percent decimal(12,4) NOT NULL,
  amount decimal(20,4) NOT NULL,
  taxable_item_type varchar(32) NOT NULL,
  PRIMARY KEY (tax_item_id),
  UNIQUE KEY uq_sales_order_tax_item (tax_id, item_id),
  KEY ix_sales_order_tax_item_item_id (item_id),
  CONSTRAINT fk_sales_order_tax_item_item FOREIGN KEY (item_id) REFERENCES sales_order_item (item_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_order_tax_item_tax FOREIGN KEY (tax_id) REFERENCES sales_order_tax (tax_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Taxes of items';

CREATE TABLE sales_invoice (
  invoice_id int unsigned NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned DEFAULT NULL,
  order_id int unsigned NOT NULL,
  base_grand_total decimal(20,4) DEFAULT NULL,
  shipping_amount decimal(20,4) DEFAULT NULL,
  subtotal decimal(20,4) DEFAULT NULL,
  tax_amount decimal(20,4) DEFAULT NULL,
  discount_amount decimal(20,4) DEFAULT NULL,
  grand_total decimal(20,4) DEFAULT NULL,
  total_qty decimal(12,4) DEFAULT NULL,
  is_used_for_refund tinyint(1) DEFAULT NULL,
  email_sent tinyint(1) DEFAULT NULL,
  can_void tinyint(1) DEFAULT NULL,
  state int DEFAULT NULL,
  transaction_id varchar(255) DEFAULT NULL,
  order_currency_code varchar(3) DEFAULT NULL,
  increment_id varchar(50) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (invoice_id),
  UNIQUE KEY uq_sales_invoice_increment_store (increment_id, store_id),
  KEY ix_sales_invoice_store_id (store_id),
  KEY ix_sales_invoice_grand_total (grand_total),
  KEY ix_sales_invoice_order_id (order_id),
  KEY ix_sales_invoice_state (state),
  KEY ix_sales_invoice_created_at (created_at),
  CONSTRAINT fk_sales_invoice_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_invoice_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Invoices';

CREATE TABLE sales_invoice_item (
  invoice_item_id int unsigned NOT NULL AUTO_INCREMENT,
  invoice_id int unsigned NOT NULL,
  price decimal(12,4) DEFAULT NULL,
  tax_amount decimal(20,4) DEFAULT NULL,
  row_total decimal(20,4) DEFAULT NULL,
  discount_amount decimal(20,4) DEFAULT NULL,
  qty decimal(12,4) DEFAULT NULL,
  product_id int DEFAULT NULL,
  order_item_id int DEFAULT NULL,
  sku varchar(255) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  PRIMARY KEY (invoice_item_id),
  KEY ix_sales_invoice_item_invoice_id (invoice_id),
  CONSTRAINT fk_sales_invoice_item_invoice FOREIGN KEY (invoice_id) REFERENCES sales_invoice (invoice_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of invoices';

CREATE TABLE sales_invoice_comment (
  comment_id int unsigned NOT NULL AUTO_INCREMENT,
  invoice_id int unsigned NOT NULL,
  is_customer_notified tinyint(1) DEFAULT NULL,
  is_visible_on_front tinyint(1) NOT NULL DEFAULT 0,
  comment text,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (comment_id),
  KEY ix_sales_invoice_comment_created_at (created_at),
  KEY ix_sales_invoice_comment_invoice_id (invoice_id),
  CONSTRAINT fk_sales_invoice_comment_invoice FOREIGN KEY (invoice_id) REFERENCES sales_invoice (invoice_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Comments of invoices';

CREATE TABLE sales_shipment (
  shipment_id int unsigned NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned DEFAULT NULL,
  order_id int unsigned NOT NULL,
  total_weight decimal(12,4) DEFAULT NULL,
  total_qty decimal(12,4) DEFAULT NULL,
  email_sent tinyint(1) DEFAULT NULL,
  customer_id int DEFAULT NULL,
  shipping_address_id int DEFAULT NULL,
  billing_address_id int DEFAULT NULL,
  shipment_status int DEFAULT NULL,
  increment_id varchar(50) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  packages text,
  shipping_label mediumblob,
  PRIMARY KEY (shipment_id),
  UNIQUE KEY uq_sales_shipment_increment_store (increment_id, store_id),
  KEY ix_sales_shipment_store_id (store_id),
  KEY ix_sales_shipment_order_id (order_id),
  KEY ix_sales_shipment_created_at (created_at),
  CONSTRAINT fk_sales_shipment_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_shipment_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Shipments';

CREATE TABLE sales_shipment_item (
  shipment_item_id int unsigned NOT NULL AUTO_INCREMENT,
  shipment_id int unsigned NOT NULL,
  row_total decimal(20,4) DEFAULT NULL,
  price decimal(20,4) DEFAULT NULL,
  weight decimal(12,4) DEFAULT NULL,
  qty decimal(12,4) DEFAULT NULL,
  product_id int DEFAULT NULL,
  order_item_id int DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  sku varchar(255) DEFAULT NULL,
  PRIMARY KEY (shipment_item_id),
  KEY ix_sales_shipment_item_shipment_id (shipment_id),
  CONSTRAINT fk_sales_shipment_item_shipment FOREIGN KEY (shipment_id) REFERENCES sales_shipment (shipment_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of shipments';

CREATE TABLE sales_shipment_track (
  track_id int unsigned NOT NULL AUTO_INCREMENT,
  shipment_id int unsigned NOT NULL,
  weight decimal(12,4) DEFAULT NULL,
  qty decimal(12,4) DEFAULT NULL,
  order_id int unsigned NOT NULL,
  track_number text,
  description text,
  title varchar(255) DEFAULT NULL,
  carrier_code varchar(32) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (track_id),
  KEY ix_sales_shipment_track_shipment_id (shipment_id),
  KEY ix_sales_shipment_track_order_id (order_id),
  KEY ix_sales_shipment_track_created_at (created_at),
  CONSTRAINT fk_sales_shipment_track_shipment FOREIGN KEY (shipment_id) REFERENCES sales_shipment (shipment_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Parcel numbers';

CREATE TABLE sales_refund (
  refund_id int unsigned NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned DEFAULT NULL,
  order_id int unsigned NOT NULL,
  invoice_id int DEFAULT NULL,
  adjustment_positive decimal(20,4) DEFAULT NULL,
  adjustment_negative decimal(20,4) DEFAULT NULL,
  shipping_amount decimal(20,4) DEFAULT NULL,
  tax_amount decimal(20,4) DEFAULT NULL,
  discount_amount decimal(20,4) DEFAULT NULL,
  subtotal decimal(20,4) DEFAULT NULL,
  grand_total decimal(20,4) DEFAULT NULL,
  email_sent tinyint(1) DEFAULT NULL,
  refund_status int DEFAULT NULL,
  state int DEFAULT NULL,
  increment_id varchar(50) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (refund_id),
  UNIQUE KEY uq_sales_refund_increment_store (increment_id, store_id),
  KEY ix_sales_refund_store_id (store_id),
  KEY ix_sales_refund_order_id (order_id),
  KEY ix_sales_refund_created_at (created_at),
  CONSTRAINT fk_sales_refund_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_refund_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Refunds';

CREATE TABLE sales_refund_item (
  refund_item_id int unsigned NOT NULL AUTO_INCREMENT,
  refund_id int unsigned NOT NULL,
  price decimal(12,4) DEFAULT NULL,
  tax_amount decimal(20,4) DEFAULT NULL,
  discount_amount decimal(20,4) DEFAULT NULL,
  row_total decimal(20,4) DEFAULT NULL,
  qty decimal(12,4) DEFAULT NULL,
  product_id int DEFAULT NULL,
  order_item_id int DEFAULT NULL,
  sku varchar(255) DEFAULT NULL,
  name varchar(255) DEFAULT NULL,
  PRIMARY KEY (refund_item_id),
  KEY ix_sales_refund_item_refund_id (refund_id),
  CONSTRAINT fk_sales_refund_item_refund FOREIGN KEY (refund_id) REFERENCES sales_refund (refund_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Items of refunds';

CREATE TABLE sales_payment_transaction (
  transaction_id int unsigned NOT NULL AUTO_INCREMENT,
  parent_id int unsigned DEFAULT NULL,
  order_id int unsigned NOT NULL DEFAULT 0,
  payment_id int unsigned NOT NULL DEFAULT 0,
  txn_id varchar(100) DEFAULT NULL,
  parent_txn_id varchar(100) DEFAULT NULL,
  txn_type varchar(15) DEFAULT NULL,
  is_closed tinyint(1) NOT NULL DEFAULT 1,
  additional_information longblob,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (transaction_id),
  UNIQUE KEY uq_sales_payment_transaction (order_id, payment_id, txn_id),
  KEY ix_sales_payment_transaction_parent_id (parent_id),
  KEY ix_sales_payment_transaction_payment_id (payment_id),
  CONSTRAINT fk_sales_payment_transaction_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_payment_transaction_payment FOREIGN KEY (payment_id) REFERENCES sales_order_payment (payment_id) ON DELETE CASCADE,
  CONSTRAINT fk_sales_payment_transaction_parent FOREIGN KEY (parent_id) REFERENCES sales_payment_transaction (transaction_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Transactions';

CREATE TABLE sales_order_grid (
  order_id int unsigned NOT NULL,
  status varchar(32) DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  store_name varchar(255) DEFAULT NULL,
  customer_id int unsigned DEFAULT NULL,
  grand_total decimal(20,4) DEFAULT NULL,
  total_paid decimal(20,4) DEFAULT NULL,
  increment_id varchar(50) DEFAULT NULL,
  order_currency_code varchar(255) DEFAULT NULL,
  shipping_name varchar(255) DEFAULT NULL,
  billing_name varchar(255) DEFAULT NULL,
  created_at timestamp NULL DEFAULT NULL,
  updated_at timestamp NULL DEFAULT NULL,
  billing_address varchar(255) DEFAULT NULL,
  customer_email varchar(255) DEFAULT NULL,
  customer_group varchar(255) DEFAULT NULL,
  payment_method varchar(255) DEFAULT NULL,
  PRIMARY KEY (order_id),
  UNIQUE KEY uq_sales_order_grid_increment_store (increment_id, store_id),
  KEY ix_sales_order_grid_status (status),
  KEY ix_sales_order_grid_store_id (store_id),
  KEY ix_sales_order_grid_grand_total (grand_total),
  KEY ix_sales_order_grid_created_at (created_at),
  KEY ix_sales_order_grid_customer_id (customer_id),
  FULLTEXT KEY ft_sales_order_grid (increment_id, billing_name, shipping_name, customer_email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Orders as listed in the back office';

CREATE TABLE sales_bestseller_daily (
  id int unsigned NOT NULL AUTO_INCREMENT,
  period date DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  product_id int unsigned DEFAULT NULL,
  product_name varchar(255) DEFAULT NULL,
  product_price decimal(12,4) NOT NULL DEFAULT 0,
  qty_ordered decimal(12,4) NOT NULL DEFAULT 0,
  rating_pos smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY uq_sales_bestseller_daily (period, store_id, product_id),
  KEY ix_sales_bestseller_daily_store_id (store_id),
  KEY ix_sales_bestseller_daily_product_id (product_id),
  CONSTRAINT fk_sales_bestseller_daily_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Best sellers by day';

CREATE TABLE sales_bestseller_monthly (
  id int unsigned NOT NULL AUTO_INCREMENT,
  period date DEFAULT NULL,
  store_id smallint unsigned DEFAULT NULL,
  product_id int unsigned DEFAULT NULL,
  product_name varchar(255) DEFAULT NULL,
  product_price decimal(12,4) NOT NULL DEFAULT 0,
  qty_ordered decimal(12,4) NOT NULL DEFAULT 0,
  rating_pos smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY uq_sales_bestseller_monthly (period, store_id, product_id),
  KEY ix_sales_bestseller_monthly_store_id (store_id),
  KEY ix_sales_bestseller_monthly_product_id (product_id),
  CONSTRAINT fk_sales_bestseller_monthly_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Best sellers by month';

CREATE TABLE sales_sequence (
  sequence_id int unsigned NOT NULL AUTO_INCREMENT,
  entity_type varchar(32) NOT NULL,
  store_id smallint unsigned NOT NULL,
  prefix varchar(32) DEFAULT NULL,
  suffix varchar(32) DEFAULT NULL,
  start_value int unsigned NOT NULL DEFAULT 1,
  step int unsigned NOT NULL DEFAULT 1,
  max_value int unsigned NOT NULL,
  is_active tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (sequence_id),
  UNIQUE KEY uq_sales_sequence_type_store (entity_type, store_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Number ranges';

CREATE TABLE shipping_table_rate (
  pk int unsigned NOT NULL AUTO_INCREMENT,
  website_id int NOT NULL DEFAULT 0,
  dest_country_id varchar(4) NOT NULL DEFAULT '0',
  dest_region_id int NOT NULL DEFAULT 0,
  dest_zip varchar(10) NOT NULL DEFAULT '*',
  condition_name varchar(30) NOT NULL,
  condition_value decimal(12,4) NOT NULL DEFAULT 0,
  price decimal(12,4) NOT NULL DEFAULT 0,
  cost decimal(12,4) NOT NULL DEFAULT 0,
  PRIMARY KEY (pk),
  UNIQUE KEY uq_shipping_table_rate (website_id, dest_country_id, dest_region_id, dest_zip, condition_name, condition_value)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Shipping rates';

CREATE TABLE checkout_agreement (
  agreement_id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) DEFAULT NULL,
  content text,
  checkbox_text text,
  is_active tinyint(1) NOT NULL DEFAULT 0,
  is_html tinyint(1) NOT NULL DEFAULT 0,
  mode smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (agreement_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Terms and conditions';

CREATE TABLE checkout_agreement_store (
  agreement_id int unsigned NOT NULL,
  store_id smallint unsigned NOT NULL,
  PRIMARY KEY (agreement_id, store_id),
  KEY ix_checkout_agreement_store_store_id (store_id),
  CONSTRAINT fk_checkout_agreement_store_agreement FOREIGN KEY (agreement_id) REFERENCES checkout_agreement (agreement_id) ON DELETE CASCADE,
  CONSTRAINT fk_checkout_agreement_store_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Terms by store view';

-- ---------------------------------------------------------------- pages

CREATE TABLE cms_page (
  page_id smallint NOT NULL AUTO_INCREMENT,
  title varchar(255) DEFAULT NULL,
  page_layout varchar(255) DEFAULT NULL,
  meta_keywords text,
  meta_description text,
  identifier varchar(100) DEFAULT NULL,
  content_heading varchar(255) DEFAULT NULL,
  content mediumtext,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  sort_order smallint NOT NULL DEFAULT 0,
  layout_update_xml text,
  custom_theme varchar(100) DEFAULT NULL,
  custom_theme_from date DEFAULT NULL,
  custom_theme_to date DEFAULT NULL,
  PRIMARY KEY (page_id),
  KEY ix_cms_page_identifier (identifier),
  FULLTEXT KEY ft_cms_page (title, meta_keywords, meta_description, identifier, content)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Pages';

CREATE TABLE cms_page_store (
  page_id smallint NOT NULL,
  store_id smallint unsigned NOT NULL,
  PRIMARY KEY (page_id, store_id),
  KEY ix_cms_page_store_store_id (store_id),
  CONSTRAINT fk_cms_page_store_page FOREIGN KEY (page_id) REFERENCES cms_page (page_id) ON DELETE CASCADE,
  CONSTRAINT fk_cms_page_store_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Pages by store view';

CREATE TABLE cms_block (
  block_id smallint NOT NULL AUTO_INCREMENT,
  title varchar(255) NOT NULL,
  identifier varchar(255) NOT NULL,
  content mediumtext,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (block_id),
  KEY ix_cms_block_identifier (identifier)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Blocks';

CREATE TABLE cms_block_store (
  block_id smallint NOT NULL,
  store_id smallint unsigned NOT NULL,
  PRIMARY KEY (block_id, store_id),
  KEY ix_cms_block_store_store_id (store_id),
  CONSTRAINT fk_cms_block_store_block FOREIGN KEY (block_id) REFERENCES cms_block (block_id) ON DELETE CASCADE,
  CONSTRAINT fk_cms_block_store_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Blocks by store view';

CREATE TABLE cms_widget (
  widget_id int unsigned NOT NULL AUTO_INCREMENT,
  widget_code varchar(255) DEFAULT NULL,
  widget_type varchar(255) DEFAULT NULL,
  parameters text,
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  theme_id int unsigned DEFAULT NULL,
  PRIMARY KEY (widget_id),
  KEY ix_cms_widget_code (widget_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Widgets';

CREATE TABLE design_theme (
  theme_id int unsigned NOT NULL AUTO_INCREMENT,
  parent_id int DEFAULT NULL,
  theme_path varchar(255) DEFAULT NULL,
  theme_title varchar(255) NOT NULL,
  preview_image varchar(255) DEFAULT NULL,
  is_featured tinyint(1) NOT NULL DEFAULT 0,
  area varchar(255) NOT NULL,
  type smallint NOT NULL,
  code text,
  PRIMARY KEY (theme_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Themes';

CREATE TABLE design_change (
  design_change_id int NOT NULL AUTO_INCREMENT,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  design varchar(255) DEFAULT NULL,
  date_from date DEFAULT NULL,
  date_to date DEFAULT NULL,
  PRIMARY KEY (design_change_id),
  KEY ix_design_change_store_id (store_id),
  CONSTRAINT fk_design_change_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Seasonal designs';

-- ---------------------------------------------------------------- search, reports, imports

CREATE TABLE search_query (
  query_id int unsigned NOT NULL AUTO_INCREMENT,
  query_text varchar(255) DEFAULT NULL,
  num_results int unsigned NOT NULL DEFAULT 0,
  popularity int unsigned NOT NULL DEFAULT 0,
  redirect varchar(255) DEFAULT NULL,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  display_in_terms tinyint(1) NOT NULL DEFAULT 1,
  is_active tinyint(1) DEFAULT 1,
  is_processed tinyint(1) DEFAULT 0,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (query_id),
  UNIQUE KEY uq_search_query_text_store (query_text, store_id),
  KEY ix_search_query_text_store_popularity (query_text, store_id, popularity),
  KEY ix_search_query_store_id (store_id),
  CONSTRAINT fk_search_query_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Searches';

CREATE TABLE search_synonym (
  group_id bigint unsigned NOT NULL AUTO_INCREMENT,
  synonyms text NOT NULL,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (group_id),
  KEY ix_search_synonym_store_id (store_id),
  KEY ix_search_synonym_website_id (website_id),
  FULLTEXT KEY ft_search_synonym (synonyms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Synonyms';

CREATE TABLE report_event_type (
  event_type_id smallint unsigned NOT NULL AUTO_INCREMENT,
  event_name varchar(64) NOT NULL,
  customer_login smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (event_type_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Kinds of events';

CREATE TABLE report_event (
  event_id bigint unsigned NOT NULL AUTO_INCREMENT,
  logged_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  event_type_id smallint unsigned NOT NULL DEFAULT 0,
  object_id int unsigned NOT NULL DEFAULT 0,
  subject_id int unsigned NOT NULL DEFAULT 0,
  subtype smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL,
  PRIMARY KEY (event_id),
  KEY ix_report_event_event_type_id (event_type_id),
  KEY ix_report_event_subject_id (subject_id),
  KEY ix_report_event_object_id (object_id),
  KEY ix_report_event_store_id (store_id),
  CONSTRAINT fk_report_event_type FOREIGN KEY (event_type_id) REFERENCES report_event_type (event_type_id) ON DELETE CASCADE,
  CONSTRAINT fk_report_event_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Events';

CREATE TABLE report_viewed_product (
  index_id bigint unsigned NOT NULL AUTO_INCREMENT,
  visitor_id int unsigned DEFAULT NULL,
  customer_id int unsigned DEFAULT NULL,
  product_id int unsigned NOT NULL,
  store_id smallint unsigned DEFAULT NULL,
  added_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (index_id),
  UNIQUE KEY uq_report_viewed_product_visitor (visitor_id, product_id),
  UNIQUE KEY uq_report_viewed_product_customer (customer_id, product_id),
  KEY ix_report_viewed_product_store_id (store_id),
  KEY ix_report_viewed_product_added_at (added_at),
  KEY ix_report_viewed_product_product_id (product_id),
  CONSTRAINT fk_report_viewed_product_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE,
  CONSTRAINT fk_report_viewed_product_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE,
  CONSTRAINT fk_report_viewed_product_store FOREIGN KEY (store_id) REFERENCES store_view (store_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Seen products';

CREATE TABLE import_history (
  history_id int unsigned NOT NULL AUTO_INCREMENT,
  started_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  user_id int unsigned NOT NULL DEFAULT 0,
  imported_file varchar(255) DEFAULT NULL,
  execution_time varchar(255) DEFAULT NULL,
  summary varchar(255) DEFAULT NULL,
  error_file varchar(255) NOT NULL,
  PRIMARY KEY (history_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Imports';

CREATE TABLE import_row (
  id int unsigned NOT NULL AUTO_INCREMENT,
  entity varchar(50) NOT NULL,
  behavior varchar(10) NOT NULL DEFAULT 'append',
  data longtext,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Rows being imported';

CREATE TABLE indexer_state (
  state_id int unsigned NOT NULL AUTO_INCREMENT,
  indexer_id varchar(255) DEFAULT NULL,
  status varchar(16) DEFAULT 'invalid',
  updated datetime DEFAULT NULL,
  hash_config varchar(32) NOT NULL,
  PRIMARY KEY (state_id),
  KEY ix_indexer_state_indexer_id (indexer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='State of indexers';

CREATE TABLE password_reset_request (
  id int unsigned NOT NULL AUTO_INCREMENT,
  request_type smallint unsigned NOT NULL,
  account_reference varchar(255) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ip varchar(15) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_password_reset_request_account_reference (account_reference),
  KEY ix_password_reset_request_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Requests for a new password';

CREATE TABLE downloadable_link (
  link_id int unsigned NOT NULL AUTO_INCREMENT,
  product_id int unsigned NOT NULL DEFAULT 0,
  sort_order int unsigned NOT NULL DEFAULT 0,
  number_of_downloads int DEFAULT NULL,
  is_shareable smallint unsigned NOT NULL DEFAULT 0,
  link_url varchar(255) DEFAULT NULL,
  link_file varchar(255) DEFAULT NULL,
  link_type varchar(20) DEFAULT NULL,
  PRIMARY KEY (link_id),
  KEY ix_downloadable_link_product_sort (product_id, sort_order),
  CONSTRAINT fk_downloadable_link_product FOREIGN KEY (product_id) REFERENCES catalog_product (product_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Downloads';

CREATE TABLE downloadable_purchase (
  purchase_id int unsigned NOT NULL AUTO_INCREMENT,
  order_id int unsigned DEFAULT NULL,
  order_increment_id varchar(50) DEFAULT NULL,
  order_item_id int unsigned NOT NULL DEFAULT 0,
  customer_id int unsigned DEFAULT 0,
  product_name varchar(255) DEFAULT NULL,
  product_sku varchar(255) DEFAULT NULL,
  link_hash varchar(255) DEFAULT NULL,
  number_of_downloads_bought int unsigned NOT NULL DEFAULT 0,
  number_of_downloads_used int unsigned NOT NULL DEFAULT 0,
  status varchar(50) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (purchase_id),
  KEY ix_downloadable_purchase_order_id (order_id),
  KEY ix_downloadable_purchase_order_item_id (order_item_id),
  KEY ix_downloadable_purchase_customer_id (customer_id),
  CONSTRAINT fk_downloadable_purchase_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE SET NULL,
  CONSTRAINT fk_downloadable_purchase_order FOREIGN KEY (order_id) REFERENCES sales_order (order_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Bought downloads';

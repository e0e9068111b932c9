{% include "seeds/_permissions.sql" %}

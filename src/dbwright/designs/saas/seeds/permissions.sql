{% if option.isolation == "shared" %}
{% include "seeds/_permissions.sql" %}
{% endif %}

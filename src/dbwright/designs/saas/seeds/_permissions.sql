{% from "reference.sql" import reference %}
{{ reference("permissions", ["code"], ["code", "description"], [
    ("organization.manage", "Change the organisation's settings, its plan and its seats."),
    ("members.manage", "Invite and remove members, and give them roles."),
    ("keys.manage", "Make and revoke keys for programs."),
    ("audit.read", "Read who changed what."),
    ("projects.manage", "Make, change and archive projects and custom fields."),
    ("tasks.write", "Make and change tasks, and comment on them."),
    ("tasks.read", "Read projects, tasks and comments."),
]) }}

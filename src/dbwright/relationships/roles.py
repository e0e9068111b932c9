"""What people are called in the names of columns, and the tables where they stand."""

from dbwright.relationships.words import word_set

PEOPLE = (
    *("user", "employee", "staff", "member", "account", "person", "customer", "admin"),
    *("benutzer", "mitarbeiter", "personal", "usuario", "empleado", "persona", "utilisateur", "employe", "personne"),
    *("funcionario", "utente", "dipendente", "gebruiker", "medewerker"),
)
"""Tables that hold the people of a system, the likeliest first."""

ROLES: dict[str, tuple[str, ...]] = {
    "account": ("user", "customer", "client"),
    "admin": ("user", "employee", "staff", "administrator"),
    "agent": ("employee", "user", "staff"),
    "approver": ("user", "employee", "staff", "person"),
    "assignee": ("user", "employee", "staff", "member", "person"),
    "assigner": ("user", "employee", "staff", "person"),
    "author": ("author", "user", "member", "person", "employee", "account"),
    "chef": PEOPLE,
    "gerente": PEOPLE,
    "jefe": PEOPLE,
    "vorgesetzter": PEOPLE,
    "boss": ("employee", "staff", "user", "person"),
    "buyer": ("customer", "user", "buyer", "person", "account"),
    "commenter": ("user", "member", "person"),
    "contact": ("contact", "user", "customer", "person"),
    "creator": ("user", "member", "employee", "person", "account"),
    "editor": ("user", "member", "employee", "person"),
    "followed": ("user", "member", "account", "profile", "person"),
    "followee": ("user", "member", "account", "profile", "person"),
    "follower": ("user", "member", "account", "profile", "person"),
    "following": ("user", "member", "account", "profile", "person"),
    "friend": ("user", "member", "person"),
    "host": ("user", "member", "host"),
    "instructor": ("instructor", "teacher", "user", "employee", "person"),
    "inviter": ("user", "member", "account"),
    "lead": ("lead", "user", "employee", "staff", "member", "person"),
    "leader": ("employee", "user", "staff", "member", "person"),
    "manager": ("employee", "manager", "staff", "user", "person"),
    "moderator": ("user", "member"),
    "organizer": ("user", "member", "person", "organization"),
    "owner": ("user", "owner", "member", "customer", "account", "person", "organization"),
    "performer": ("user", "employee", "person"),
    "poster": ("user", "member", "person"),
    "publisher": ("publisher", "user", "company"),
    "receiver": ("user", "member", "account", "customer", "person"),
    "recipient": ("user", "member", "account", "customer", "person"),
    "rep": ("employee", "staff", "user"),
    "reporter": ("user", "employee", "person"),
    "representative": ("employee", "staff", "user"),
    "requester": ("user", "employee", "person"),
    "reviewer": ("user", "customer", "employee", "person"),
    "seller": ("seller", "user", "vendor", "merchant", "account", "person"),
    "sender": ("user", "member", "account", "customer", "person"),
    "sponsor": ("user", "company", "sponsor"),
    "supervisor": ("employee", "staff", "user", "person"),
    "teacher": ("teacher", "user", "employee", "person"),
    "updater": ("user", "member", "employee", "person"),
    "uploader": ("user", "member", "account"),
    "voter": ("user", "member", "person"),
    "watcher": ("user", "member", "account"),
    "winner": ("user", "member", "team", "player", "person"),
}
"""Roles that people and organisations play in column names, and the tables where they usually stand, the likeliest first."""

ACTIONS = word_set(
    "accepted added approved archived assigned authored blocked booked canceled cancelled changed closed confirmed "
    "created deleted edited granted handled inserted invited issued managed moderated modified opened owned "
    "performed posted processed published received referred rejected released reported requested resolved reviewed sent "
    "shared signed submitted updated uploaded verified written"
)
"""Participles before "by" that name a person: created_by, approved_by_id."""

"""The words that tell references from plain values in the names of columns and tables."""

from dbwright.relationships.words import word_set

IDS = word_set("fk guid id oid uuid")
"""Endings that mean "the key of", whatever the key is called."""
ENDINGS = IDS | word_set(
    "cd cod code codigo ident identifier kennung kennzeichen key kod nbr no nr nro num number numero nummer pk ref sk"
)
"""Last words of columns that hold keys of other tables."""
MEANINGS = {
    **dict.fromkeys(("nbr", "no", "nr", "nro", "num", "number", "numero", "nummer"), "number"),
    **dict.fromkeys(("cd", "cod", "code", "codigo", "kod", "kennung", "kennzeichen"), "code"),
    **{word: word for word in ("guid", "key", "oid", "ref", "sk", "uuid")},
}
"""Endings to what they mean, where several mean the same."""
LEADS = IDS | word_set("cd cod codigo nr num numero")
"""The same as first words: id_cliente, cod_producto."""
GLUED = (
    "identifier",
    "nummer",
    "number",
    "numero",
    "codigo",
    "code",
    "guid",
    "uuid",
    "num",
    "key",
    "cod",
    "nbr",
    "id",
    "no",
    "nr",
    "fk",
)
"""Endings that may stand without a separator: custno, kundennr, customerid. The longest first."""
GENERIC_KEYS = word_set(
    "cd code codigo description guid id ident identifier key label line name no nr num number oid pk position seq slug title "
    "type uuid value"
)
"""Names of keys that say nothing of their table."""
GENERIC_NOUNS = word_set("entity element item node object owner parent record resource row source subject target value")
"""Nouns that any table may be meant by, so that a key of that name is nothing special."""
VENDORS = word_set(
    "amazon apple auth0 aws azure braintree ext external facebook firebase foreign gateway github gitlab google "
    "hubspot instagram legacy linkedin mailchimp microsoft oauth okta old paddle partner party paypal provider "
    "public remote salesforce sendgrid shopify slack square sso stripe telegram third tiktok twilio twitter "
    "upstream vendor zendesk"
)
"""First words of identifiers that belong to somebody else's system (stripe_customer_id)."""
SELF = {
    ("parent",),
    ("root",),
    ("ancestor",),
    ("predecessor",),
    ("successor",),
    ("previous",),
    ("prev",),
    ("next",),
    ("padre",),
    ("eltern",),
    ("superior",),
    ("reply", "to"),
    ("in", "reply", "to"),
    ("superseded", "by"),
    ("replaced", "by"),
    ("duplicate", "of"),
    ("merged", "into"),
    ("forked", "from"),
}
"""Words for another row of the same table."""
SUPERIORS = word_set("boss chef friend gerente inviter jefe leader manager superior supervisor vorgesetzter")
"""Roles that stand in the same table as those below them (employees.manager_id)."""
CERTAIN_ROLES = word_set(
    "approver assignee author commenter creator followed followee follower inviter manager moderator owner receiver recipient "
    "reporter reviewer sender supervisor uploader"
)
"""Roles that only people play, so that with "id" behind them they are unmistakable."""
QUALIFIERS = word_set(
    "actual alternate assigned away base billing child current default delivery dest destination featured first from home invoice "
    "last main new old origin original parent pickup preferred previous primary related return secondary shipping source target to"
)
"""Words before a noun that say which one of several it is (billing_address_id)."""
NOTATION = word_set("bit c chr col dbl dt f fk fld i int l lng n num s str txt vch")
"""First words that tell a type or nothing (lngCustomerID, fk_customer)."""
TABLE_MARKS = word_set("dim fact fct lkp lookup lu m master mst t tab table tb tbl tm")
"""First and last words of tables that say only that they are tables."""
PLAIN_VALUES = word_set(
    "amount balance class click code comment count credit date day floor group hour image item key language level "
    "like line link log month name number option order page payment period phase photo point position price "
    "priority quantity rank rate rating result role score season section sequence session share shift size slot "
    "stage state status step stock tag text time title total type unit value version view visit vote week year"
)
"""Nouns that name a plain value as often as a table, so that a bare column of that name implies nothing."""
MEASURES = (PLAIN_VALUES - word_set("class group item language option order role section")) | word_set(
    "age attempts capacity cost days discount distance duration fee height hours increment index interval length limit "
    "max maximum min minimum minutes ordering percent percentage pos qty ratio seats seq sort stars sum tax threshold "
    "times tries weight width"
)
"""Last words of columns that count or measure."""

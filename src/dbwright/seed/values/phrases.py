"""The words that tell what columns are for, in English, German, French and Spanish."""

from dbwright.relationships.words import word_set

_MEANINGS = """
first_name: first name, firstname, fname, given name, givenname, forename, vorname, prenom, nombre pila, name first
middle_name: middle name, middlename, middle initial, zweiter vorname
last_name: last name, lastname, lname, surname, family name, familyname, nachname, familienname, nom famille,
    apellido, apellidos, name last
full_name: full name, fullname, display name, displayname, real name, person name, contact name, customer name, author
    name, author, employee name, cardholder, cardholder name, recipient name, recipient, contact, contact person,
    ansprechpartner, billing name, shipping name, composer, artist name, nom complet, nombre completo, signed by,
    instructor, speaker, doctor name, patient name, holder, account holder, given to, sold by, performed by
initials: initials
salutation: salutation, honorific, name prefix, anrede, civilite, titel
gender: gender, sex, geschlecht, sexe, sexo
job: job title, job, position title, occupation, profession, beruf, stelle, job name, role title
nationality: nationality, nationalitat, citizenship
email: email, e mail, mail, email address, mail address, emailaddress, correo, courriel, contact email
username: username, user name, login, login name, nickname, nick, handle, screen name, benutzername, benutzer, account
    name, user id name, userid, uname
password: password hash, password, passwd, pwd, hashed password, encrypted password, password digest, passwort, pass
    hash, pin hash
token: token, access token, refresh token, api key, apikey, secret, session token, auth token, reset token, session
    key, nonce, csrf, webhook secret, key hash, token hash
hash: hash, checksum, digest, sha256, sha 256, sha1, sha 1, md5, md 5, etag, fingerprint, content hash, signature
phone: phone, phone number, telephone, telephone number, tel, telefon, telefonnummer, mobile, mobile phone, mobile
    number, cell, cell phone, cellphone, fax, fax number, handy, phonenumber, contact number, telefono, phone no,
    mobil
street: street, street address, address, address line, address 1, address line 1, address1, addr, addr 1, line 1,
    line1, strasse, straße, adresse, anschrift, rue, direccion, street name, street 1, road, calle
address_2: address 2, address line 2, address2, line 2, line2, street 2, apartment, apt, suite, unit number, addr 2,
    addresszusatz
house_number: house number, hausnummer, street number, house no, building number
full_address: full address, formatted address, postal address, shipping address, billing address, delivery address,
    mailing address, home address, location address
city: city, town, ort, stadt, ville, ciudad, city name, locality, wohnort, municipality, birthplace, place of birth
state: state, province, region, county, bundesland, state province, state name, district, administrative area, estado,
    departement, prefecture
postcode: postcode, postal code, zip, zip code, zipcode, plz, postalcode, postleitzahl, code postal, codigo postal,
    post code, postal
country: country, country name, land, pays, pais, nation
country_code: country code, countrycode, iso code, iso 2, iso2, iso, alpha 2, country iso, laendercode, cca2
country_code_3: iso 3, iso3, alpha 3, country code 3, cca3
continent: continent, kontinent
latitude: latitude, lat
longitude: longitude, lng, lon, long
time_zone: timezone, time zone, tz, zeitzone, tz name
company: company, company name, organization, organisation, organization name, organisation name, employer, firm,
    firma, business name, vendor name, supplier name, manufacturer, vendor, supplier, entreprise, empresa, publisher,
    legal name, tenant name, brand name, client name, merchant, merchant name, affiliation
bank: bank, bank name
university: university, school, institution, institute, college, schule, university name, school name
degree: degree, academic degree
department: department, dept, department name, abteilung, division, dept name, team, cost center name
product: product, product name, item name, article name, produkt, artikel, product title, item, produit, producto,
    model name, model
brand: brand, marke, marque, make
category: category, category name, kategorie, categorie, categoria, subcategory, genre, segment, topic, group name,
    section name, section, theme
tag: tag, tag name, keyword, hashtag, label name
tags: tags, keywords, hashtags, labels, schlagworte, interests, skills
color: color, colour, farbe, couleur, color name
hex_color: hex color, color hex, colour hex, hex colour, color code, hex, theme color, background color, text color,
    primary color
size: size name, clothing size, shoe size, size label
sku: sku, article number, artikelnummer, item number, item code, product code, part number, part no, style code,
    variant code, product number, mpn
barcode: barcode, ean, ean 13, ean13, upc, gtin
isbn: isbn, isbn 13, isbn13, isbn10, isbn 10
issn: issn
doi: doi
orcid: orcid
serial_number: serial number, serial, serial no, seriennummer, license plate, plate number, vin, asset tag, imei
reference: order number, order no, invoice number, invoice no, reference, reference number, ref, transaction id,
    transaction number, tracking number, tracking code, tracking no, confirmation code, booking reference, ticket
    number, rechnungsnummer, bestellnummer, customer number, kundennummer, contract number, account number, payment
    reference, provider reference, external reference, idempotency
    key, charge id, po number, receipt number, member number, membership number, policy number, case number, number,
    invoice, confirmation number, gateway reference
coupon_code: coupon code, coupon, promo code, voucher, voucher code, discount code, gift code, invite code, referral
    code, promotion code
price: price, unit price, list price, sale price, retail price, preis, prix, precio, msrp, cost, unit cost, cost
    price, purchase price, price at purchase, selling price, base price, original price, compare at price, regular
    price, rental rate, replacement cost, einkaufspreis, verkaufspreis, price cents, unit price cents, unit amount,
    price amount
amount: amount, total, grand total, subtotal, sub total, total amount, total price, order total, balance, betrag,
    summe, montant, importe, paid, amount paid, amount due, refund amount, payment amount, invoice total, net, gross,
    net amount, gross amount, line total, value, revenue, sales, turnover, credit, debit, amount cents, total cents,
    subtotal cents, budget, order amount, paid amount, credit limit, fees total, wert
salary: salary, wage, income, gehalt, lohn, annual salary, base salary, compensation, pay
tax: tax, tax amount, vat, vat amount, mwst, tax total, steuer, tax cents
discount: discount, discount amount, rabatt, discount total, remise, discount cents
shipping_fee: shipping, shipping cost, shipping fee, shipping amount, delivery fee, freight, fee, fees, service fee,
    handling fee, shipping total, shipping cents, postage
percentage: percent, percentage, discount percent, discount rate, tax rate, vat rate, rate, completion, progress,
    prozent, margin, commission, commission rate, interest rate, discount percentage, commission pct, pct, share,
    ratio, probability, conversion rate, tax percent, score percent
rating: rating, stars, score, bewertung, note, grade, review score, average rating, star rating
quantity: quantity, qty, menge, anzahl, units, quantite, cantidad, item quantity, units sold, order quantity, copies,
    pieces
stock: stock, in stock, on hand, quantity on hand, inventory, stock quantity, stock level, lagerbestand, available
    quantity, bestand, available, units in stock, quantity available, reserved
count: count, view count, views, like count, likes, clicks, impressions, visits, followers, followers count, follower
    count, comment count, comments count, reply count, replies count, share count, downloads, hits, page views, usage
    count, attempts, retries, retry count, login count, likes count, posts count, num, counter, used count, times
    used, redemptions
age: age, alter
year: year, jahr, release year, birth year, publication year, year published, model year, founded, founded year, year
    founded, annee, production year, expiry year, exp year
month: month, expiry month, exp month, monat
weight: weight, gewicht, weight kg, weight grams, mass, weight g
height: height, width, depth, length cm, height cm, width cm, breite, hoehe, hohe, tiefe, depth cm, breadth
pixels: image width, image height, width px, height px, pixel width, pixel height
file_size: file size, filesize, size bytes, bytes, size in bytes, content length, byte size, file bytes
duration: duration, duration seconds, duration ms, milliseconds, length seconds, runtime, minutes, seconds, duration
    minutes, length, elapsed, response time, latency, latency ms, dauer, time spent, rental duration, film length
priority: priority, prioritat, prioritaet, severity level, importance
position: position, sort order, sort, rank, ordering, display order, sequence, ordinal, seq, sort index, order index,
    line number, line no, level, depth level, sequence number, step
version: version, version number, app version, release, firmware version
title: title, headline, subject, heading, betreff, titre, titulo, überschrift, topic title, post title, page title,
    movie title, book title, course title, film title, paper title, report title, meta title, caption, alt text, alt
thing: name, bezeichnung, nom, nombre, label, display label, event name, project name, plan name, role name, campaign
    name, list name, warehouse name, designation, internal name
slug: slug, url slug, permalink, handle slug, url key, url name, path slug
sentence: summary, short description, subtitle, excerpt, tagline, teaser, meta description, reason, motto, remark,
    special features, instructions, hint, note text, notes short, cancel reason, rejection reason, failure reason,
    comment short, resolution, answer, question, prompt, abstract short, kurzbeschreibung, untertitel
paragraph: description, body, content, text, message, comment, comments, notes, note, bio, biography, about, review,
    review text, review body, details, beschreibung, inhalt, bemerkung, kommentar, notiz, abstract, article, post,
    remarks, feedback, contenu, descripcion, long description, message body, comment text, body text, memo, article
    body, body html, html, markdown, about me, public notes, private notes, caption text
status: status, order status, payment status, zustand, statut, estado actual, shipment status, stage, phase,
    lifecycle, state name current, fulfillment status, account status, processing status
type: type, kind, art, typ, category type, entity type, event type, class, account type, user type, customer type,
    media type, address type
role: role, user role, rolle, permission level, access level, member role
payment_method: payment method, payment type, method, pay method, zahlungsart, payment provider, provider, gateway,
    payment gateway, carrier, shipping method, shipping carrier, shipping provider
currency: currency, currency code, waehrung, wahrung, devise, moneda, iso currency, currency iso
language: language name, sprache, langue, idioma, language, spoken language
language_code: language code, lang, locale, lang code, language iso, locale code, preferred language, sprachcode
url: url, website, web site, homepage, link, uri, site, webpage, web page, href, callback url, webhook url, redirect
    uri, source url, webseite, canonical url, landing page, referrer, referer, website url, web, page url, target url,
    redirect url
image_url: image, image url, photo, photo url, avatar, avatar url, picture, picture url, thumbnail, thumbnail url,
    logo, logo url, icon url, cover image, cover url, banner url, profile image, profile picture, image path, banner,
    cover, media url, file url, poster, photo path, video url
domain: domain, domain name, hostname, host, host name, subdomain, server name, fqdn
path: path, file path, filepath, url path, request path, page path, directory, folder, object key, storage key, key
    path, file location, storage path
file_name: file name, filename, original filename, original name, dateiname, attachment, attachment name, file,
    document name
mime_type: mime type, mime, content type, contenttype, media content type, file type
ip: ip, ip address, ipaddress, remote addr, remote ip, client ip, ip addr, last login ip, current sign in ip, last
    sign in ip, source ip, remote address, ipv4, ip v4
ip_6: ipv6, ip v6, ip6
mac: mac, mac address, macaddress, hardware address
user_agent: user agent, useragent, browser, client agent
http_method: http method, request method, verb
http_status: http status, status code, response code, response status, http code
event: event, action, activity, event action, operation, audit action, event key, aktion, activity type
iban: iban
bic: bic, swift, swift code, bic code
card_number: card number, credit card, credit card number, cc number, creditcard, pan, card no
card_last_four: last four, last 4, last4, card last 4, card last four, card last4
card_brand: card brand, card type, card network, credit card type, cc type
tax_id: tax id, vat number, vat id, tax number, ustid, ust id, steuernummer, siret, siren, ein, ssn, social security
    number, national id, personal id, passport number, id number, identity number, driver license, license number
blood_type: blood type, blood group
birth_date: birth date, birthdate, date of birth, dob, birthday, born, born on, geburtsdatum, geburtstag, date
    naissance, fecha nacimiento, geboren am, birth
death_date: death date, date of death, died, died on, deceased at
flag: active, enabled, deleted, verified, archived, published, visible, public, private, approved, locked, blocked,
    featured, default, primary, read, seen, completed, done, paid flag, aktiv, email verified, subscribed, activebool,
    admin, available flag, confirmed, required, mandatory, banned, optin, opt in, newsletter, refunded, premium,
    staff, superuser, discontinued, pinned, muted, hidden, sensitive, anonymous, sandbox, test mode, livemode,
    success, successful
coordinates: coordinates, location, geo, geom, geometry, geo location, position point, point, lat lng, geopoint, the
    geom, coord, coords, lage
identifier: id, uuid, guid, external id, public id, object id, remote id, correlation id, request id, trace id, session id
settings: settings, preferences, config, configuration, options, metadata, meta, attributes, properties, data,
    payload, extra, params, parameters, custom fields, details json, context, info, changes, old, new, old values, new
    values, before, after, old data, new data, request, response
"""
"""Meaning: the names of columns that have it, by their words."""

PHRASES: dict[str, str] = {
    phrase: meaning
    for meaning, _, phrases in (line.partition(": ") for line in _MEANINGS.replace("\n    ", " ").strip().splitlines())
    for phrase in phrases.split(", ")
}
"""Words of a column's name, with spaces between, to what they mean."""
PHRASES |= {phrase.replace(" ", ""): meaning for phrase, meaning in PHRASES.items() if phrase.count(" ") == 1}

QUALIFIERS = word_set(
    "billing shipping home work primary secondary mobile private office delivery main old new other from to origin destination "
    "current previous default alternate business emergency sender receiver"
)
"""Words behind a noun that say which one of several it is (phone_home)."""

COMMENT_MEANINGS = word_set(
    "first_name last_name full_name email username phone street city postcode country company iban birth_date url ip price "
    "percentage quantity currency product isbn sku latitude longitude"
)
"""Meanings that are told from a comment, too."""

_NUMERIC = (
    "latitude longitude price amount salary tax discount shipping_fee percentage rating quantity stock count age year month weight "
    "height pixels file_size duration priority position http_status"
)
UNITS = word_set("minor cents cent pence eur usd gbp chf kg cm mm ms seconds bytes")
"""Last words that say only in what a number is given."""

KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_NUMERIC.split(), ("number",)),
    "price": ("number",),
    "year": ("number", "year", "text"),
    "birth_date": ("time",),
    "death_date": ("time",),
    "flag": ("boolean",),
    "yes_or_no": ("boolean", "number"),
    "coordinates": ("geometry",),
    "settings": ("json", "text"),
    "tags": ("text", "json", "array"),
    "version": ("text", "number"),
    "ip": ("text", "network"),
    "ip_6": ("text", "network"),
    "mac": ("text", "network"),
    "token": ("text", "uuid", "binary"),
    "hash": ("text", "binary"),
    "password": ("text", "binary"),
}
"""Kinds of types that a meaning fits, where they are not texts alone."""

PEOPLE = word_set(
    "user customer person people employee author actor contact patient student staff member client driver teacher doctor nurse agent "
    "artist player guest visitor subscriber follower profile kunde benutzer mitarbeiter personne utilisateur cliente persona usuario "
    "passenger participant attendee candidate applicant researcher reviewer manager owner seller buyer recipient friend child parent "
    "instructor trainer singer director tenant_user resident lead"
)
"""Tables whose rows are people."""
_COMPANIES = word_set(
    "company supplier vendor organization organisation tenant firm publisher manufacturer partner carrier employer business agency bank "
    "merchant shop store workspace account institution sponsor airline hospital hotel restaurant franchise firma lieferant entreprise"
)
TABLES: dict[tuple[str, str], str] = {
    **{(noun, "name"): "full_name" for noun in PEOPLE},
    **{(noun, "name"): "company" for noun in _COMPANIES},
    **{
        (noun, "name"): meaning
        for meaning, nouns in {
            "product": "product item article goods sku produkt artikel variant part",
            "brand": "brand marke make",
            "category": "category genre kategorie topic section subcategory collection",
            "country": "country nation land pays",
            "city": "city town ort municipality place",
            "state": "state province region county bundesland",
            "language": "language sprache",
            "currency_name": "currency",
            "department": "department division team abteilung",
            "tag": "tag hashtag keyword label interest skill",
            "color": "color colour farbe",
            "role": "role",
            "university": "university school college",
            "job": "job occupation position",
            "file_name": "file attachment document upload",
            "event": "event action",
            "title": "movie film book post article course track song album playlist paper report video lesson chapter page publication",
        }.items()
        for noun in nouns.split()
    },
    ("country", "code"): "country_code",
    ("nation", "code"): "country_code",
    ("language", "code"): "language_code",
    ("locale", "code"): "language_code",
    ("currency", "code"): "currency",
    ("coupon", "code"): "coupon_code",
    ("voucher", "code"): "coupon_code",
    ("promotion", "code"): "coupon_code",
    ("discount", "code"): "coupon_code",
    ("product", "code"): "sku",
    ("item", "code"): "sku",
}
"""Nouns of tables with "name" or "code" to what that column means there."""

"""The rows of the social network: enough of them to prove the planted faults, the same on every run."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

_INTERESTS = ("music", "chess", "hiking", "cinema", "cooking", "football", "poetry", "sailing")
_WORDS = ("today", "light", "over", "the", "harbour", "was", "quiet", "again", "coffee", "friends", "with", "morning")
_START = datetime(2025, 3, 3, 8, 0)  # noqa: DTZ001 - written as text without a zone, as the network keeps it


def rows(variant: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and row, parents first. variant: "faulty" or "corrected"."""
    chance = random.Random(1979)
    faulty = variant == "faulty"
    yield from _people(chance, faulty)
    yield from _posts(chance, faulty)
    yield from _messages(chance, faulty)
    yield from _campaigns(chance, faulty)


def _moment(days: float) -> str:
    return (_START + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")


def _people(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 601):
        user: dict[str, Any] = {"id": number, "username": f"user{number}", "email": f"user{number}@example.org"}
        user["api_token" if faulty else "api_token_hash"] = (
            f"tok_{chance.randbytes(9).hex()}" if faulty else chance.randbytes(32).hex()
        )
        verified = chance.random() < 0.7
        if faulty:
            user["email_verified"] = "yes" if verified else "no"
        else:
            user["is_email_verified"] = verified
        user["role"] = ("member", "member", "moderator", "admin")[number % 4]
        user["settings"] = f'{{"theme": "{chance.choice(("dark", "light"))}", "size": {chance.randrange(9, 15)}}}'
        yield "users", user | {"joined_at": _moment(number / 4)}
    for number in range(1, 601):
        profile: dict[str, Any] = {"user_id": number, "display_name": f"User {number}", "bio": _sentence(chance)}
        links = [f"https://example.org/{number}/{place}" for place in range(chance.randrange(4))]
        interests = chance.sample(_INTERESTS, chance.randrange(2, 5))
        if faulty:
            profile |= {f"link{place}": links[place - 1] if len(links) >= place else None for place in (1, 2, 3)}
            profile["interests"] = ",".join(interests)
        yield "profiles", profile | {"is_private": number % 6 == 0}
        if not faulty:
            for link in links:
                yield "profile_links", {"user_id": number, "url": link}
            for interest in interests:
                yield "profile_interests", {"user_id": number, "interest": interest}
    for number in range(1, 601):
        for other in chance.sample(range(1, 601), 5):
            yield "follows", {"follower_id": number, "followee_id": other, "created_at": _moment(number / 3)}


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randrange(4, 12))).capitalize() + "."


def _posts(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 3001):
        yield (
            "posts",
            {
                "id": number,
                "author_id": chance.randrange(1, 601),
                "reply_to_id": chance.randrange(1, number) if number > 50 and number % 3 == 0 else None,
                "body": _sentence(chance),
                "visibility": ("public", "public", "followers", "private")[number % 4],
                "like_count": chance.randrange(0, 50),
                "view_count": chance.randrange(0, 5000),
                "is_pinned": number % 40 == 0,
                "published_at": _moment(number / 20),
            },
        )
    for number in range(1, 41):
        yield "hashtags", {"id": number, "tag": f"{_WORDS[number % len(_WORDS)]}{number}"}
    for number in range(1, 3001):
        for tag in chance.sample(range(1, 41), number % 3):
            yield "post_hashtags", {"post_id": number, "hashtag_id": tag}
    for number in range(1, 2001):
        post, user = number % 3000 + 1, number % 600 + 1
        if faulty:
            kind = ("Post", "Message")[number % 2]
            yield "likes", {"id": number, "user_id": user, "likeable_type": kind, "likeable_id": number % 900 + 1}
        else:
            yield "post_likes", {"user_id": user, "post_id": post}


def _messages(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 1501):
        yield (
            "messages",
            {
                "id": number,
                "sender_id": chance.randrange(1, 601),
                "recipient_id": chance.randrange(1, 601),
                "body": _sentence(chance),
                "state": ("sent", "delivered", "read")[number % 3],
                "sent_at": _moment(number / 15),
            },
        )
    for number in range(1, 1201):
        yield (
            "notifications",
            {
                "id": number,
                "user_id": number % 600 + 1,
                "read" if faulty else "is_read": number % 2 == 0,
                "payload": _sentence(chance),
                "created_at": _moment(number / 12),
            },
        )


def _campaigns(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 31):
        start = _START + timedelta(days=number)
        end = start + timedelta(days=-2 if faulty and number == 5 else 20)
        budget = chance.randrange(10000, 900000) / 100
        yield (
            "campaigns",
            {
                "id": number,
                "name": f"Campaign {number}",
                "budget": budget,
                "start_date": f"{start:%Y-%m-%d}",
                "end_date": f"{end:%Y-%m-%d}",
            },
        )
    for number in range(600):
        organic, paid = chance.randrange(100, 9000), chance.randrange(100, 9000)
        day = _START + timedelta(days=number // 30)
        metric: dict[str, Any] = {
            "metric_date": f"{day:%Y-%m-%d}",
            "campaign_id": number % 30 + 1,
            "organic_views": organic,
            "paid_views": paid,
        }
        if faulty:
            metric["total_views"] = organic + paid
        yield "daily_metrics", metric

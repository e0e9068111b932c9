"""Names of columns that hold secrets, and of those that only tell about them."""

import pytest

from dbwright.catalog.secrets import looks_secret, words_of


@pytest.mark.parametrize(
    "name",
    [
        "password", "Password", "user_password", "passwordHash", "password_hash", "pwd", "user_pass", "api_key", "apiKey",
        "APIKey", "access_token", "refreshToken", "client_secret", "private_key", "cvv", "ssn", "card_number", "pin",
        "TOKEN", "auth-token", "token2",
    ],
)  # fmt: skip
def test_secret(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "id", "email", "name", "password_changed_at", "token_type", "tokenCount", "secret_id", "has_password",
        "is_secret", "boarding_pass_number", "pin_code", "key", "keyboard", "tokenizer", "compass", "author", "пароль",
        "passenger", "spinner",
    ],
)  # fmt: skip
def test_not_secret(name: str) -> None:
    assert not looks_secret(name)


def test_words() -> None:
    assert words_of("userAPIKey2") == ("user", "api", "key", "2")
    assert words_of("user_api-key") == ("user", "api", "key")

"""The language server: findings in SQL files while they are written, with their fixes as code actions."""

"""The folders that dbwright can read, one format a file."""

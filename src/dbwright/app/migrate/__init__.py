"""What `dbwright migrate` does, one use case a file."""

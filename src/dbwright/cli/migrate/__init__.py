"""The subcommands of `dbwright migrate`, one a file."""

"""One use case a file, called by the command line, the console and the library alike."""

"""What a database is made of: pure frozen data, no input or output, no object cycles."""

"""What will be written, in which order, and what cannot be: decided before the first row."""

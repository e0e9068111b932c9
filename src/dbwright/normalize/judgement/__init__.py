"""Which of the dependencies found in rows are meant, what they cost, and what people say of them."""

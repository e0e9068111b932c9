"""The pieces of the SQLAlchemy writer."""

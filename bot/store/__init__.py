"""The database: the only part of Crosstalk that knows SQLAlchemy."""

"""The name by which the layers above hold a transaction, without knowing SQLAlchemy."""

from sqlalchemy import Connection

Session = Connection

"""The database schema as documents: plain files of `sql/`, one object a file, in the order in which to read
them.

A revision of Alembic (`versions/`) only names the files it adds; `env.py` runs them all in one transaction.
Files are never edited once they were released: the past of a database cannot be changed, so a later revision
adds files. `bloc migrate` (bloc/commands/migrate.py) is the only way in; there is no alembic.ini, because a
second way to call Alembic would be one that forgets the lock, the owner role or the check at the end.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
SQL_FOLDER = FOLDER / "sql"

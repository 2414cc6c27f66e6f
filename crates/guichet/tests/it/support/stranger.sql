-- What a stranger has in a database of PostgreSQL's: what examines indexes, and a place for what tests put there.
CREATE SCHEMA stranger;
GRANT USAGE ON SCHEMA stranger TO PUBLIC;
CREATE EXTENSION amcheck SCHEMA stranger;

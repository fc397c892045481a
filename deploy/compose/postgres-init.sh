#!/bin/sh
# Runs once, on an empty volume: the user that Onsale is. It is no superuser (those pass by row-level security), owns its database, and may
# replicate, which feeds the search engine.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set password="$(cat /run/secrets/postgres_password)" <<'SQL'
CREATE ROLE onsale LOGIN REPLICATION PASSWORD :'password';
CREATE DATABASE onsale OWNER onsale ENCODING 'UTF8' TEMPLATE template0;
SQL

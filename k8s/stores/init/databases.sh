#!/bin/bash
# Run by the image when it makes an empty data folder: a role and a database for each service that the Secret has a password for.
set -euo pipefail
for file in /run/passwords/*; do
  app=$(basename "$file")
  [[ $app != postgres ]] || continue
  psql --set=ON_ERROR_STOP=1 --username=postgres --set=app="$app" --set=password="$(<"$file")" <<'SQL'
create role :"app" login password :'password';
create database :"app" owner :"app";
revoke connect on database :"app" from public;
SQL
done

#!/bin/sh
# Makes the passwords and keys that docker-compose.yml mounts; what is there already is kept.
# The folder is closed to other users of this machine; the files in it stay readable, because the
# containers read them as a user of their own.
set -eu
folder=${1:-secrets}
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

random_hex() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
random_key() { head -c 32 /dev/urandom | base64 | tr '+/' '-_'; }

keep() { # name, value
    if [ -s "$folder/$1" ]; then
        echo "kept $folder/$1"
        return
    fi
    printf '%s\n' "$2" > "$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
    echo "made $folder/$1"
}

keep postgres_password "$(random_hex)"
keep airflow_password "$(random_hex)"
keep warehouse_password "$(random_hex)"
keep airflow_database_url "postgresql+psycopg2://airflow:$(cat "$folder/airflow_password")@postgres/airflow"
keep warehouse_database_url "postgresql://warraq:$(cat "$folder/warehouse_password")@postgres/warraq"
keep fernet_key "$(random_key)"
keep jwt_secret "$(random_key)"
keep api_secret_key "$(random_key)"
keep admin_password "$(random_hex)"
echo "Airflow's user is admin; the password is in $folder/admin_password."

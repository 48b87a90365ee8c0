#!/bin/sh
# Makes the secrets of docker-compose.yml as files: passwords, addresses that carry them, and the founding keys.
#     deploy/secrets.sh [FOLDER]          (.secrets, or $BLOC_SECRETS)
# Needs openssl 3. What is there is kept. To change a password: delete its file, run this again, then
# `docker compose up -d --force-recreate` (bootstrap sets it in the database; postgres_password alone is fixed when
# the volume is made). A key whose .kid is there is not made again: once the bloc is founded, the secretariat's .pem
# belongs in a safe place, with an empty file left in its stead.
#
# The folder is closed to others (0700); the files in it are not (0444), because compose mounts them as they are
# and the processes in the containers have users of their own.
set -eu
umask 077

folder=${1:-${BLOC_SECRETS:-.secrets}}
keys=$folder/keys
mkdir -p "$keys"
chmod 700 "$folder" "$keys"

command -v openssl >/dev/null || { echo "secrets.sh: openssl is missing: install openssl 3." >&2; exit 1; }

b64u() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# write NAME: standard input becomes the file, whole or not at all.
write() {
    rm -f "$folder/$1.new"
    cat > "$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv -f "$folder/$1.new" "$folder/$1"
}

password() {
    [ -s "$folder/$1" ] && return
    random=$(openssl rand -hex 24)
    printf '%s\n' "$random" | write "$1"
}

key() {
    [ -s "$keys/$1.kid" ] && return
    pem=$(openssl genpkey -algorithm ed25519)
    x=$(printf '%s\n' "$pem" | openssl pkey -pubout -outform DER | tail -c 32 | b64u)
    kid=$(printf '{"crv":"Ed25519","kty":"OKP","x":"%s"}' "$x" | openssl dgst -sha256 -binary | b64u)
    printf '{"kty":"OKP","crv":"Ed25519","x":"%s"}\n' "$x" | write "keys/$1.jwk"
    printf '%s\n' "$pem" | write "keys/$1.pem"
    printf '%s\n' "$kid" | write "keys/$1.kid" # last: it says that the others are there
}

for name in postgres bloc_owner ledger_app tariffs_app auditor nats_setup nats_ledger nats_tariffs nats_partner; do
    password "${name}_password"
done
of() { cat "$folder/$1_password"; }

# Addresses inside the network of compose; `localhost` is for commands on this machine.
echo "postgresql://postgres:$(of postgres)@postgres:5432/postgres" | write superuser_url
echo "postgresql://bloc_owner:$(of bloc_owner)@postgres:5432/bloc" | write owner_database_url
echo "postgresql://ledger_app:$(of ledger_app)@postgres:5432/bloc" | write ledger_database_url
for user in setup ledger tariffs; do
    echo "nats://$user:$(of nats_$user)@nats:4222" | write "${user}_nats_url"
done
echo "nats://partner:$(of nats_partner)@127.0.0.1:${BLOC_NATS_PORT:-4222}" | write localhost_nats_url
for user in setup ledger tariffs partner; do
    printf '%s_PASSWORD: "%s"\n' "$(echo $user | tr '[:lower:]' '[:upper:]')" "$(of nats_$user)"
done | write nats_passwords

for party in bloc.secretariat bloc.tariffs bloc.ledger; do key "$party"; done

echo "Secrets are in $folder. The trust anchor is $(cat "$keys/bloc.secretariat.kid")"

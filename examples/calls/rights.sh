#!/usr/bin/env bash
# A person's own: consent, withdrawal, access, erasure, with their receipts. Environment: URL, KEY.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8080}
call() { curl -sS "$URL$1" -H @<(printf "Authorization: Bearer %s" "${KEY:-none}") "${@:2}"; } # no process shows the key
post() { call "$1" -H "Content-Type: application/json" --data-binary @- "${@:2}"; }
tell() { grep -oE "\"($1)\":(\"[^\"]*\"|[^],}]*)" | paste -sd" "; } # some fields of an answer
value() { grep -oE "\"$1\":\"[^\"]*\"" | head -1 | cut -d\" -f4; }  # the first field of that name

together() { # whether phone and openid are one person under a purpose
  post /v1/lookup <<JSON | grep -oE '"root_id":"[^"]*"' | sort -u | wc -l | sed "s/1/for $1: one person/; s/2/for $1: apart/"
{"purpose": "$1", "lookups": [{"identifiers": ["phone:13800000022"]}, {"identifiers": ["openid@wxShop:o-example-22"]}]}
JSON
}

echo "a consent at the counter"
post /v1/consents <<'JSON' | tell "service|marketing|what"
{"consent": "consent-22", "purposes": ["service", "marketing"], "subject": "phone:13800000022", "expires": "2100-01-01",
 "notice": "privacy-2026-01", "channel": "counter", "in_exchange_for": "a coffee"}
JSON
post /v1/sightings <<'JSON' | tell "recorded"
{"sightings": [{"see": ["openid@wxShop:o-example-22", "phone:13800000022"], "consent": "consent-22", "event_id": "order-22"}]}
JSON
together marketing

echo "one purpose is withdrawn"
post /v1/consents/withdraw <<'JSON' | tell "kind|what"
{"subject": "phone:13800000022", "purpose": "marketing", "channel": "mini program"}
JSON
together marketing
together service

echo "what is on record of them"
post /v1/rights/access <<'JSON' | tell "identifier" | tr " " "\n" | sort -u
{"identifier": "phone:13800000022"}
JSON

echo "erased; the receipt is there later, too"
receipt=$(post /v1/rights/erase <<'JSON' | value id
{"identifier": "phone:13800000022"}
JSON
)
call "/v1/receipts/$receipt" | tell "what|identifiers"
post /v1/lookup <<'JSON' | tell "status"
{"lookups": [{"identifiers": ["phone:13800000022"]}]}
JSON

echo "an event from before is refused"
post /v1/sightings <<'JSON' | tell "rejected|code"
{"sightings": [{"see": ["openid@wxShop:o-example-22"], "basis": "contract", "at": "2026-01-01"}]}
JSON
call /v1/audit/verification | tell "whole"

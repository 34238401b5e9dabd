#!/usr/bin/env bash
# A shop: record what was seen, ask who that is, why, and what changed. Environment: URL, KEY.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8080}
call() { curl -sS "$URL$1" -H @<(printf "Authorization: Bearer %s" "${KEY:-none}") "${@:2}"; } # no process shows the key
post() { call "$1" -H "Content-Type: application/json" --data-binary @- "${@:2}"; }
tell() { grep -oE "\"($1)\":(\"[^\"]*\"|[^],}]*)" | paste -sd" "; } # some fields of an answer
value() { grep -oE "\"$1\":\"[^\"]*\"" | head -1 | cut -d\" -f4; }  # the first field of that name

echo "record what was seen; one can't be read"
post /v1/events -H "Idempotency-Key: example-shop-1" <<'JSON' | tell "recorded|rejected|code"
{"events": [
  {"see": ["cookie:c-example-8", "openid@wxShop:o-example-2"], "basis": "contract", "source": "web", "event_id": "visit-2"},
  {"see": ["member_card:M-0002", "phone:13800000002"], "basis": "contract", "source": "till", "event_id": "card-2"},
  {"see": ["shoe:42"], "basis": "contract", "source": "till", "event_id": "typo-2"}
]}
JSON

echo "a login"
post /v1/sightings <<'JSON' | tell "recorded|merges"
{"sightings": [{"see": ["openid@wxShop:o-example-2", "member_card:M-0002"], "basis": "contract", "event_id": "login-2"}]}
JSON

echo "who is that? give up after two seconds"
answer=$(post /v1/lookup -H "Prefer: wait=2" <<'JSON'
{"lookups": [{"identifiers": ["phone:13800000002"]}, {"identifiers": ["cookie:c-example-8"]}]}
JSON
)
tell "status|mask|proven" <<<"$answer"
root=$(value root_id <<<"$answer")

echo "the person behind it; asked again, nothing changed"
tag=$(call "/v1/roots/$root" -o /dev/null -w '%header{etag}')
call "/v1/roots/$root" -o /dev/null -w '%{http_code}\n' -H "If-None-Match: $tag"

echo "why are cookie and phone one person?"
post /v1/explain <<'JSON' | tell "together|why|distance"
{"identifiers": ["cookie:c-example-8", "phone:13800000002"]}
JSON

echo "what would an event do? nothing is written"
post /v1/what-if <<'JSON' | tell "merges|splits|affected_before|affected_after"
{"events": [{"see": ["phone:13800000002", "email:bo@example.com"], "basis": "contract"}]}
JSON

echo "what changed, in pages"
call "/v1/changes?after=0&limit=1000" | tell "kind|more"

echo "for another purpose"
post /v1/lookup <<'JSON' | tell "code|status"
{"purpose": "gossip", "lookups": [{"identifiers": ["phone:13800000002"]}]}
JSON

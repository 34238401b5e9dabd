#!/usr/bin/env bash
# A growth team: who brings people, by the last 'rootid referrers score'. Environment: URL, KEY.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8080}
call() { curl -sS "$URL$1" -H @<(printf "Authorization: Bearer %s" "${KEY:-none}") "${@:2}"; } # no process shows the key
post() { call "$1" -H "Content-Type: application/json" --data-binary @- "${@:2}"; }
tell() { grep -oE "\"($1)\":(\"[^\"]*\"|[^],}]*)" | paste -sd" "; } # some fields of an answer
value() { grep -oE "\"$1\":\"[^\"]*\"" | head -1 | cut -d\" -f4; }  # the first field of that name

post /v1/events <<'JSON' | tell "recorded|rejected"
{"events": [
  {"see": ["member_card:64000001", "phone:13800001201"], "basis": "contract", "source": "till", "event_id": "member-41"},
  {"see": ["member_card:64000002", "phone:13800001202"], "basis": "contract", "source": "till", "event_id": "member-42"},
  {"refer": ["member_card:64000001", "phone:13800001202"], "campaign": "summer", "value": 50, "channel": "moments",
   "basis": "contract", "at": "2026-03-01T08:00:00Z", "source": "mini", "event_id": "referral-41"},
  {"order": "order-42", "subject": "phone:13800001202", "amount": 88, "at": "2026-03-02", "source": "shop"}
]}
JSON

echo "who brought most in a campaign?"
page=$(call "/v1/referrers?metric=counted&campaign=summer&limit=10")
tell "code|mask|counted|worth|reach|trust" <<<"$page"
root=$(value root_id <<<"$page" || true)
[ -n "$root" ] || exit 0

echo "whom did they bring?"
call "/v1/roots/$root/fission" | tell "mask|depth|direct"
call "/v1/roots/$root/fission?format=svg" | grep -oE "<title>Whom[^<]*"

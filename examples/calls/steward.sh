#!/usr/bin/env bash
# A data steward: what rules refused, decisions, a number that changed hands, a policy tried. Environment: URL, KEY.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8080}
call() { curl -sS "$URL$1" -H @<(printf "Authorization: Bearer %s" "${KEY:-none}") "${@:2}"; } # no process shows the key
post() { call "$1" -H "Content-Type: application/json" --data-binary @- "${@:2}"; }
tell() { grep -oE "\"($1)\":(\"[^\"]*\"|[^],}]*)" | paste -sd" "; } # some fields of an answer
value() { grep -oE "\"$1\":\"[^\"]*\"" | head -1 | cut -d\" -f4; }  # the first field of that name

for card in 63000033 63000034; do
  post /v1/sightings <<JSON | tell "recorded"
{"sightings": [{"see": ["member_card:$card", "phone:13800000033"], "basis": "contract", "source": "till", "event_id": "$card"}]}
JSON
done

echo "what did the rules refuse?"
conflicts=$(call /v1/conflicts)
tell "a_identifier|b_identifier|reason" <<<"$conflicts" | grep -oE "(phone|member_card|unique)[^\"]*" | sort

echo "they are two people"
post /v1/conflicts/decide <<JSON | tell "what"
{"a": "$(value a <<<"$conflicts")", "b": "$(value b <<<"$conflicts")", "ruling": "never_link", "reason": "twins", "by": "desk"}
JSON
call "/v1/roots/$(value a <<<"$conflicts")/decisions" | tell "ruling|by|reason"

echo "the number changed hands"
post /v1/closes <<'JSON' | tell "what|kind"
{"identifiers": ["phone:13800000033"], "reason": "the number changed hands", "by": "desk"}
JSON

echo "what would happen if cards were not unique?"
before='"member_card":{"rank":2,"unique":true'
policy=$(call /v1/policy | grep -oE '"policy":\{.*\}\}')
policy=${policy/$before/${before/true/false}}
post /v1/policy/what-if <<<"{$policy}" | tell "rules|merges|splits"
echo "where is the data ill, and is the audit log whole?"
call "/v1/reports/health?purpose=service" | tell "size|persons" | cut -d" " -f1-2
call /v1/reports/compliance | tell "whole"

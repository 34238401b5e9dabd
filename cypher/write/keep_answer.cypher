// Keep an answer
//
// Unless one is kept under the key.
//
// @param key: keyed digest of caller, call and name
// @param request: keyed digest of the request's body
// @param body: of the answer
// @param at: time
MERGE (answer:KeptAnswer {key: $key})
ON CREATE SET answer.request = $request, answer.body = $body, answer.at = $at

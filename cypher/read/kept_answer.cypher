// A kept answer
//
// What a caller was answered who named the request.
//
// @param key: keyed digest of caller, call and name
// @return request: keyed digest of the request's body
// @return body: of the answer
MATCH (answer:KeptAnswer {key: $key})
RETURN answer.request AS request, answer.body AS body

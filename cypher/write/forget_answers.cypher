// Forget kept answers
//
// @param before: those kept before this time
MATCH (answer:KeptAnswer)
WHERE answer.at < $before
DELETE answer

// Kept answers by key
//
// A key is that of one answer.
CREATE CONSTRAINT kept_answer_key IF NOT EXISTS
FOR (n:KeptAnswer) REQUIRE n.key IS UNIQUE

// Scorings by number
//
// A job is one scoring.
CREATE CONSTRAINT scoring_job IF NOT EXISTS
FOR (n:Scoring) REQUIRE n.job IS UNIQUE

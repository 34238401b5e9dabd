// Sightings by event
//
// An event of a source is on record once.
CREATE CONSTRAINT sighting_event IF NOT EXISTS
FOR (n:Sighting) REQUIRE (n.source, n.event_id) IS UNIQUE

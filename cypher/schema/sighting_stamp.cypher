// Sightings by moment of recording
//
// For evidence that stays single, which names its sighting by stamp.
CREATE INDEX sighting_stamp IF NOT EXISTS
FOR (n:Sighting) ON (n.stamp)

// Sightings by what carries them
//
// Only sightings with a consent, a basis or a weight have the property.
CREATE INDEX sighting_backing IF NOT EXISTS
FOR (n:Sighting) ON (n.backing)

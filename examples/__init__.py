"""Things to try rootid with: an invented brand's world, and a recipe for one real input."""

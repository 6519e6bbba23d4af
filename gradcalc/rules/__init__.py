"""THE table of primitives, and the number systems it spans."""

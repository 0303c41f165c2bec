"""Support: measures as the public reads them, what a household can get, visits that are due, problems of households."""

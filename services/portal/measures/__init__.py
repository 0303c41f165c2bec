"""Support: measures as the public reads them, and what an operator's household can get."""

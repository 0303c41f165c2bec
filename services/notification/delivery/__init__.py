"""Messages on their way: handed over to providers, followed up by receipts, ended; failures and sending them again."""

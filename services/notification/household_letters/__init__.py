"""Personal service (送达): what a household had to be told without being reached, as a list and as letters."""

"""What other services and bureaus report: households, published counts, penalties, dishonest debtors."""

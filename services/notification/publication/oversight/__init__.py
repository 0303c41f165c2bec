"""What officers see of publication: how far each system is, what it refused, what is held back, what will be late."""

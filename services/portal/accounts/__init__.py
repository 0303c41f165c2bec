"""Accounts: which members of staff may sign in, as what; kept by the security administrator, who does nothing else."""

"""Names, contacts and notes that are shown masked: in clear for a reason, which the services write down."""

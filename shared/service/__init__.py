"""What every service is made of: settings, database, sessions, identity, problems, audit, pages."""

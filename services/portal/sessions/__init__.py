"""Sessions of browsers: kept here, with the tokens of the services sealed; a browser holds a random number only."""

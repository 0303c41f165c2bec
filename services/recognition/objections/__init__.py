"""What follows from objections: upheld ones are applied and answered, once each; late applications are let in."""

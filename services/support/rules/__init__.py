"""The numbers of support work, and in which cases a county's households are visited: of the policy, or set there."""

"""The names of all households in one register: deliveries change it, and an index of two-character words finds them."""

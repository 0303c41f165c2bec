"""The portal: web pages over what the other services answer. It decides nothing and holds no right of its own."""

"""HTTP resources of the typing service, one module a noun; each route says who may call it."""

"""The changing verbs of the typing service: one async function each, in the caller's transaction."""

"""One async function per changing verb, by noun. None commits: the edge does, before the answer is sent."""

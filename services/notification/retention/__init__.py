"""How long what somebody was told is kept: after its term words and recipient go, the proof of delivery stays."""

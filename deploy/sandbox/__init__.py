"""Small servers that stand in for what the platform talks to outside, in tests and demonstrations."""

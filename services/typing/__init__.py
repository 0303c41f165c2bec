"""The typing service: feeds in, every household typed, the directory out."""

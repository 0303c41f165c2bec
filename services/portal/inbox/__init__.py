"""The inbox: what the platform has told somebody."""

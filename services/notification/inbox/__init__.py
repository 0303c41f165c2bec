"""The inbox: what somebody was told, read or unread; of operators, of departments in their regions, of persons."""

"""Problems that households have (诉求问题): collected, forwarded, handled, supervised if overdue, answered, closed."""

"""What departments and counties report on a day: months, quarters, single documents; asked for, reminded, handed in."""

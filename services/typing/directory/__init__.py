"""The directory: how households are looked up, why each has its type, and corrections of single households."""

"""The service's papers (文书) as PDF, from what was entered and decided; what is not known is left blank."""

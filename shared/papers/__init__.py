"""Official papers (文书) as PDF, from a template and data; the layout is GB/T 9704's, as far as it applies."""

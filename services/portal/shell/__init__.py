"""What all pages share: templates, styles, headers, errors, the larger view for elderly people."""

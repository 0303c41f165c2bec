"""From policy files to the model: YAML with places, field by field, every error in Chinese with file and line."""

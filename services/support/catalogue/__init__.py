"""The register of support measures: those of the texts that ship, and what bureaus and departments enter."""

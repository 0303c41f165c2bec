"""Who objects: real name and contact, sealed; shown masked, unmasked with a reason that the audit keeps."""

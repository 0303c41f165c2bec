"""Filing an objection: against what, by whom, in time or not; joined, completed by documents, withdrawn."""

"""Panels of households with questionnaires: awareness (知晓率) and satisfaction (满意度) by county; no ranking."""

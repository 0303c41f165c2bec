"""What typing and recognition told of households and their recognitions, as far as publication needs it."""

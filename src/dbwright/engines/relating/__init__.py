"""Questions that set rows beside other rows, of the same table or of another: asked alike on every engine."""

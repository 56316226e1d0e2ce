"""The arithmetic of figures. Pure: no Django, no database."""

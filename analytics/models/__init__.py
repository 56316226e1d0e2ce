from analytics.models.cells import DayCell, DayLeftOut, DirtyDay, DirtyMonth, MonthCell

__all__ = ["DayCell", "DayLeftOut", "DirtyDay", "DirtyMonth", "MonthCell"]

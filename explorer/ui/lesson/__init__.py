"""The lesson: an ordered walk through the pages for a class."""

from explorer.ui.lesson.bar import leave, lesson_bar, walk_to
from explorer.ui.lesson.stops import STOPS, Stop

__all__ = ["STOPS", "Stop", "leave", "lesson_bar", "walk_to"]

"""The lesson: an ordered walk through the pages for a class."""

from ui.lesson.bar import leave, lesson_bar, walk_to
from ui.lesson.stops import STOPS, Stop

__all__ = ["STOPS", "Stop", "leave", "lesson_bar", "walk_to"]

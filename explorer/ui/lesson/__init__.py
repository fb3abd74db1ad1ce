"""The lesson: an ordered walk through the pages for a class."""

from explorer.ui.lesson.bar import leave, lesson_bar, walk_to
from explorer.ui.lesson.handout import handout
from explorer.ui.lesson.language import language, language_control, mark_language
from explorer.ui.lesson.plan import show_aims, show_plan
from explorer.ui.lesson.stops import STOPS, VERSIONS, Stop, in_version, time_of
from explorer.ui.lesson.texts import text_of

"""What the page Anatomy is made of: a subject, its steps as pictures, one step in full."""

from ui.anatomy.explanation import explain
from ui.anatomy.pictures import layout_picker, send
from ui.anatomy.stepping import scrub
from ui.anatomy.subject import Subject, choose_subject
from ui.anatomy.variables import show_pixel

__all__ = [
    "Subject",
    "choose_subject",
    "explain",
    "layout_picker",
    "scrub",
    "send",
    "show_pixel",
]

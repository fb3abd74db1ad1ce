"""What the page Anatomy is made of: a subject, its steps as pictures, one step in full."""

from explorer.ui.anatomy.explanation import explain
from explorer.ui.anatomy.pictures import send
from explorer.ui.anatomy.stepping import scrub
from explorer.ui.anatomy.subject import Subject, choose_subject
from explorer.ui.anatomy.variables import show_pixel

"""One class of this server: where its teacher leads it, who has joined, and what they vote."""

from explorer.classroom.current import classroom, set_secret
from explorer.classroom.permission import acting, refusal
from explorer.classroom.room import Ballot, Classroom, News, Place, Tally

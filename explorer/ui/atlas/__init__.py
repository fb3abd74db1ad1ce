"""The page Atlas: a map of many latents."""

from explorer.ui.atlas.colours import colour_picker
from explorer.ui.atlas.known import known_atlas, send_sheet
from explorer.ui.atlas.map import projection_picker, show_map
from explorer.ui.atlas.notice import show_notice, show_source
from explorer.ui.atlas.own import open_pictures
from explorer.ui.atlas.region import region_field
from explorer.ui.atlas.selection import show_selection
from explorer.ui.atlas.subject import choose, show_neighbours, show_subject
from explorer.ui.atlas.uploaded import placing

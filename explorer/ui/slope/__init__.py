"""What the page Slope shows of its curve."""

from explorer.ui.slope.numbers import show_numbers, show_picture

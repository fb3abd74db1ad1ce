"""The page Compare: RealNVP beside a VAE, a GAN and a PixelCNN, one look for each claim."""

from explorer.ui.compare.assumptions import show_assumptions
from explorer.ui.compare.between import show_between
from explorer.ui.compare.digit import show_likelihood, show_reversibility
from explorer.ui.compare.families import missing, show_families
from explorer.ui.compare.meaning import show_meaning
from explorer.ui.compare.pickers import with_digit, with_two_digits
from explorer.ui.compare.samples import show_realism
from explorer.ui.compare.subject import Subject
from explorer.ui.compare.times import show_efficiency
from explorer.ui.compare.training import show_stability

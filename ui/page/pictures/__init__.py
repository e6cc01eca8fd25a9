"""Pictures of the catalogue and the list, each with its words."""

from ui.page.pictures.panel import draw_pictures
from ui.page.pictures.ranges import draw_ranges
from ui.page.pictures.tastemap import draw_taste_map
from ui.page.pictures.tones import draw_tones

__all__ = ["draw_pictures", "draw_ranges", "draw_taste_map", "draw_tones"]

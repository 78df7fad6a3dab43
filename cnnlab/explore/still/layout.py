"""A whole scene as a still picture: all panels, the arrows between them, and over everything the words."""

from cnnlab.explore.still.arrows import arrow_geometry, arrow_texts, paint_arrow
from cnnlab.explore.still.axes import Sheet, paint_axes
from cnnlab.explore.still.boxes import WIDTH, layout
from cnnlab.explore.still.cells import ABOVE, paint_cells
from cnnlab.explore.still.texts import put
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.picture import STYLE, Picture, new_figure


def paint(scene: Scene) -> Picture:
    """A `Picture` of the scene, its description as the caption."""
    boxes, height = layout(scene)
    margin = STYLE["layout"]["margin"]
    full_width, full_height = WIDTH + 2 * margin, height + 2 * margin
    figure, axes = new_figure(full_width / 100, full_height / 100, layout=None)
    over = axes[0, 0]  # pixels, y downwards, over everything
    over.set_position((0, 0, 1, 1))
    over.set_xlim(-margin, WIDTH + margin)
    over.set_ylim(height + margin, -margin)
    over.axis("off")
    over.set_zorder(1)  # above the axes, whose bars and lines would cover the words
    sheet = Sheet(figure, over, full_width, full_height, margin)
    texts = [text for at in boxes for text in at.texts]
    for at in boxes:
        if isinstance(at.panel, Curves):
            paint_axes(sheet, at.panel, at.body)
        else:
            paint_cells(over, at.panel, at.body)
    for arrow in scene.arrows:
        paint_arrow(sheet, arrow_geometry(arrow, boxes), arrow, [text.box for text in texts])
    for text in [*texts, *arrow_texts(scene, boxes, texts)]:
        put(over, text, zorder=ABOVE)
    return Picture(figure, scene.description)

"""What is written in a picture."""


def texts(picture):
    """Every text and every title of a picture's axes."""
    return [text.get_text() for ax in picture.axes for text in ax.texts] + [ax.get_title() for ax in picture.axes]

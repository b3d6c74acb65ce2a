"""Draw app.ico (Windows) and app.icns (macOS) from app.svg; run after changing the drawing.

python resources/packaging/make_icons.py
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)


def draw(size: int) -> Image.Image:
    """The drawing at *size* pixels, with its transparency."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(HERE / "app.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data()))


def main() -> None:
    largest = draw(1024)
    largest.save(HERE / "app.icns")
    small = [draw(size) for size in WINDOWS_SIZES]
    small[-1].save(
        HERE / "app.ico", sizes=[image.size for image in small], append_images=small[:-1]
    )


if __name__ == "__main__":
    main()

"""A notice is as high as its text takes, and laid out for that height."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop_app.ui.banners import Banner

TEXT = (
    "A payment of 70.01 USD was received for it in QuickBooks, so it is not voided from here."
    " Unlink the payment in QuickBooks first."
)


def test_it_is_laid_out_for_the_height_that_it_has(qtbot: QtBot) -> None:
    banner = Banner("warning", "Void: not possible now", TEXT)
    qtbot.addWidget(banner)
    heights = {}
    for width in (1100, 300, 500):
        banner.resize(width, banner.height())
        with qtbot.waitExposed(banner):
            banner.show()
        layout = banner.layout()
        assert layout is not None
        qtbot.waitUntil(lambda: banner.height() == banner.layout().heightForWidth(banner.width()))
        assert layout.geometry().height() == banner.height()
        heights[width] = banner.height()
    assert heights[300] > heights[500] > heights[1100]

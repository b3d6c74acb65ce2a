"""What a program that may only read uses in place of stores that write."""

from __future__ import annotations

from typing import Any

from desktop_app.domain.ports import SettingsStore
from desktop_app.storage.database import refuse
from desktop_app.storage.vault import KeyringVault


class ReadingVault(KeyringVault):
    """Hands out nothing new to the keyring, and takes nothing from it."""

    def set(self, name: str, secret: str) -> None:
        raise refuse()

    def delete(self, name: str) -> None:
        raise refuse()


class PassingSettings:
    """Implements SettingsStore: what is set lasts until the window closes."""

    def __init__(self, kept: SettingsStore) -> None:
        self._kept = kept
        self._changed: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self._changed[name] if name in self._changed else self._kept.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self._changed[name] = value

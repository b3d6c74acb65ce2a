"""What the mapping screens ask of the services that may be missing where only a part is shown."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.domain.kinds import Kind
from desktop_app.domain.review import MappingRow
from desktop_app.services.api import Services
from desktop_app.ui.mapping.words import Row, composed


def there(service: object) -> bool:
    """Whether a service was handed to the window at all."""
    return service is not None


def read_rows(services: Services, kind: Kind, known: Sequence[Row] = ()) -> list[Row]:
    """All rows of a tab with their suggestions and what waits for them. Short.

    known: the rows read before, see :func:`composed`.
    """
    rows: Sequence[MappingRow]
    review, suggest = services.review, services.suggest
    rows = review.rows(kind) if there(review) else services.mapping.rows(kind)
    if not there(suggest):
        return composed(rows, {}, {}, known)
    return composed(rows, suggest.suggestions(kind), suggest.waiting(kind), known)

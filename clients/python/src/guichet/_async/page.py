"""A page of a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class AsyncPage(Generic[Item]):
    """A page of a list. Going through it goes through all pages behind it, too."""

    def __init__(self, data: list[Item], has_more: bool, behind: Callable[[Item], Any]) -> None:
        self.data = data
        self.has_more = has_more
        self._behind = behind

    async def next(self) -> AsyncPage[Item] | None:
        """The page behind this one, if there is one."""
        if not (self.has_more and self.data):
            return None
        page: AsyncPage[Item] = await self._behind(self.data[-1])
        return page

    async def __aiter__(self) -> AsyncIterator[Item]:
        page: AsyncPage[Item] | None = self
        while page is not None:
            for item in page.data:
                yield item
            page = await page.next()

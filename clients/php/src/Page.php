<?php

declare(strict_types=1);

namespace Guichet;

/**
 * A page of a list. Going through it goes through all pages behind it, too.
 *
 * @implements \IteratorAggregate<int, array<string, mixed>>
 */
final class Page implements \IteratorAggregate
{
    /**
     * @param list<array<string, mixed>> $data
     * @param \Closure(array<string, mixed>): Page $behind
     * @internal
     */
    public function __construct(
        public readonly array $data,
        public readonly bool $hasMore,
        private readonly \Closure $behind,
    ) {
    }

    /** The page behind this one, if there is one. */
    public function next(): ?Page
    {
        return $this->hasMore && $this->data !== [] ? ($this->behind)($this->data[array_key_last($this->data)]) : null;
    }

    public function getIterator(): \Generator
    {
        for ($page = $this; $page !== null; $page = $page->next()) {
            foreach ($page->data as $item) {
                yield $item;
            }
        }
    }
}

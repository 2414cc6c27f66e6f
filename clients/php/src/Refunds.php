<?php

declare(strict_types=1);

namespace Guichet;

/** What went back to payers. */
final class Refunds
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /** @param array<string, mixed> $query */
    public function list(array $query = []): Page
    {
        return $this->caller->page('/v1/refunds', $query);
    }
}

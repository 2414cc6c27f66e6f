<?php

declare(strict_types=1);

namespace Guichet;

/** What came and went, summed up. */
final class Reports
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /**
     * The book of days: what came and went at each account, in each currency.
     *
     * @param array<string, mixed> $query
     * @return array<string, mixed>
     */
    public function days(array $query = []): array
    {
        return $this->caller->read('/v1/reports/days', $query);
    }
}

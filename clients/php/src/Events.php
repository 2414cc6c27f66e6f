<?php

declare(strict_types=1);

namespace Guichet;

/** What happened, to be pulled by a shop without a public address. */
final class Events
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /** @param array<string, mixed> $query */
    public function list(array $query = []): Page
    {
        return $this->caller->page('/v1/events', $query);
    }

    /** Takes events off the list. */
    public function acknowledge(string ...$ids): void
    {
        $this->caller->call('POST', '/v1/events/ack', ['ids' => array_values($ids)], true);
    }
}

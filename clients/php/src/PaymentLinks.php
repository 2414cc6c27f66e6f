<?php

declare(strict_types=1);

namespace Guichet;

/** Addresses to hand out, at which customers make orders themselves. */
final class PaymentLinks
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /**
     * Makes a link. The same reference is the same link; without one, a link that is made twice is two.
     *
     * @param array<string, mixed> $link
     * @return array<string, mixed>
     */
    public function create(array $link): array
    {
        return $this->caller->call('POST', '/v1/payment_links', $link, isset($link['reference'])) ?? [];
    }

    /** @return array<string, mixed> */
    public function retrieve(string $id): array
    {
        return $this->caller->read('/v1/payment_links/' . rawurlencode($id));
    }

    /** @param array<string, mixed> $query */
    public function list(array $query = []): Page
    {
        return $this->caller->page('/v1/payment_links', $query);
    }

    /** @return array<string, mixed> */
    public function end(string $id): array
    {
        return $this->caller->call('POST', '/v1/payment_links/' . rawurlencode($id) . '/end', isSafe: true) ?? [];
    }
}

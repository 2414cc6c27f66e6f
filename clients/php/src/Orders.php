<?php

declare(strict_types=1);

namespace Guichet;

/** What is to be paid. */
final class Orders
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /**
     * Makes an order; the same reference with the same content is the order there is.
     *
     * @param array<string, mixed> $order
     * @return array<string, mixed>
     */
    public function create(array $order, ?string $idempotencyKey = null): array
    {
        return $this->caller->change('/v1/orders', $order, $idempotencyKey);
    }

    /** @return array<string, mixed> */
    public function retrieve(string $id): array
    {
        return $this->caller->read(self::path($id));
    }

    /** @param array<string, mixed> $query */
    public function list(array $query = []): Page
    {
        return $this->caller->page('/v1/orders', $query);
    }

    /**
     * Opens a payment at a gateway: `payment_url` is where to send the customer.
     *
     * @param array<string, mixed> $payment
     * @return array<string, mixed>
     */
    public function openPayment(string $id, array $payment, ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/payments', $payment, $idempotencyKey);
    }

    /**
     * Asks the gateways now.
     *
     * @return array<string, mixed>
     */
    public function check(string $id): array
    {
        return $this->caller->call('POST', self::path($id) . '/check', isSafe: true) ?? [];
    }

    /** @return array<string, mixed> */
    public function cancel(string $id, ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/cancel', null, $idempotencyKey);
    }

    /** @return array<string, mixed> */
    public function fulfil(string $id, ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/fulfil', null, $idempotencyKey);
    }

    /**
     * Lets an order that closed without money wait again.
     *
     * @param array<string, mixed> $terms
     * @return array<string, mixed>
     */
    public function reopen(string $id, array $terms = [], ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/reopen', $terms, $idempotencyKey);
    }

    /**
     * Decides about money that does not fit.
     *
     * @param array<string, mixed> $decision
     * @return array<string, mixed>
     */
    public function resolve(string $id, array $decision, ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/resolve', $decision, $idempotencyKey);
    }

    /**
     * Records money that went back to the payer. Guichet moves none.
     *
     * @param array<string, mixed> $refund
     * @return array<string, mixed>
     */
    public function recordRefund(string $id, array $refund, ?string $idempotencyKey = null): array
    {
        return $this->caller->change(self::path($id) . '/refunds', $refund, $idempotencyKey);
    }

    /** @return array<string, mixed> */
    public function events(string $id): array
    {
        return $this->caller->read(self::path($id) . '/events');
    }

    /** @return array<string, mixed> */
    public function deliveries(string $id): array
    {
        return $this->caller->read(self::path($id) . '/deliveries');
    }

    private static function path(string $id): string
    {
        return '/v1/orders/' . rawurlencode($id);
    }
}

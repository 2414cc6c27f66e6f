<?php

declare(strict_types=1);

namespace Guichet;

/** Where events are sent. */
final class WebhookEndpoints
{
    /** @internal */
    public function __construct(private readonly Caller $caller)
    {
    }

    /**
     * @param array<string, mixed> $endpoint
     * @return array<string, mixed>
     */
    public function create(array $endpoint): array
    {
        return $this->caller->call('POST', '/v1/webhook_endpoints', $endpoint, true) ?? [];
    }

    /** @return array<string, mixed> */
    public function list(): array
    {
        return $this->caller->read('/v1/webhook_endpoints');
    }

    public function delete(string $id): void
    {
        $this->caller->call('DELETE', self::path($id), isSafe: true);
    }

    /** @return array<string, mixed> */
    public function rotateSecret(string $id): array
    {
        return $this->caller->call('POST', self::path($id) . '/rotate_secret') ?? [];
    }

    /**
     * Sends an event that says that it is a test, and tells what came of it.
     *
     * @return array<string, mixed>
     */
    public function test(string $id): array
    {
        return $this->caller->call('POST', self::path($id) . '/test', isSafe: true) ?? [];
    }

    /**
     * Sends a delivery again.
     *
     * @return array<string, mixed>
     */
    public function resend(string $delivery): array
    {
        return $this->caller->call('POST', '/v1/deliveries/' . rawurlencode($delivery) . '/resend', isSafe: true) ?? [];
    }

    private static function path(string $id): string
    {
        return '/v1/webhook_endpoints/' . rawurlencode($id);
    }
}

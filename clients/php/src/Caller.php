<?php

declare(strict_types=1);

namespace Guichet;

/**
 * Calls that are made, and made again where that is safe.
 *
 * @internal
 */
final class Caller
{
    public function __construct(
        private readonly string $address,
        #[\SensitiveParameter] private readonly string $apiKey,
        private readonly Transport $transport,
        private readonly int $retries,
    ) {
    }

    /**
     * @param array<string, mixed> $query
     * @return array<string, mixed>
     */
    public function read(string $path, array $query = []): array
    {
        $given = array_filter($query, static fn (mixed $value): bool => $value !== null);
        $text = static fn (mixed $value): string => is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
        $asked = $given === [] ? '' : '?' . http_build_query(array_map($text, $given), '', '&', PHP_QUERY_RFC3986);
        return $this->call('GET', $path . $asked, isSafe: true) ?? [];
    }

    /**
     * What makes or changes an order: under an idempotency key.
     *
     * @param array<string, mixed>|null $body
     * @return array<string, mixed>
     */
    public function change(string $path, ?array $body, ?string $idempotencyKey): array
    {
        return $this->call('POST', $path, $body, true, $idempotencyKey ?? bin2hex(random_bytes(16))) ?? [];
    }

    /**
     * @param array<string, mixed> $query
     */
    public function page(string $path, array $query): Page
    {
        $listed = $this->read($path, $query);
        $behind = fn (array $last): Page => $this->page($path, ['cursor' => $last['id']] + $query);
        return new Page($listed['data'], $listed['has_more'], $behind);
    }

    /**
     * @param array<string, mixed>|null $body
     * @param bool $isSafe Whether doing it twice does what doing it once does.
     * @return array<string, mixed>|null
     */
    public function call(
        string $method,
        string $path,
        ?array $body = null,
        bool $isSafe = false,
        ?string $idempotencyKey = null,
    ): ?array {
        $headers = ['authorization' => "Bearer {$this->apiKey}", 'accept' => 'application/json'];
        if ($body !== null) {
            $headers['content-type'] = 'application/json';
        }
        if ($idempotencyKey !== null) {
            $headers['idempotency-key'] = $idempotencyKey;
        }
        $text = $body === null ? null : self::json($body);
        for ($tries = 0; ; $tries++) {
            try {
                return self::said($this->transport->send($method, $this->address . $path, $headers, $text));
            } catch (ConnectionFailed | GuichetError $error) {
                $waitS = $isSafe && $tries < $this->retries ? self::pauseS($error, $tries) : null;
                if ($waitS === null) {
                    throw $error;
                }
                usleep((int) ($waitS * 1e6));
            }
        }
    }

    /**
     * What is sent. An empty array is an object wherever the contract has one: PHP cannot tell them apart.
     *
     * @param array<string, mixed> $body
     */
    private static function json(array $body): string
    {
        foreach (['metadata', 'payer', 'receipt'] as $name) {
            if (($body[$name] ?? null) === []) {
                $body[$name] = new \stdClass();
            }
        }
        return json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    /** @return array<string, mixed>|null */
    private static function said(Answer $answer): ?array
    {
        $read = json_decode($answer->body, true);
        $said = is_array($read) ? $read : null;
        if ($answer->status >= 200 && $answer->status < 300) {
            return $said;
        }
        throw new GuichetError($answer->status, $said ?? [], $answer->headers);
    }

    /** How long to wait before the call is made again; nothing where that would not help. */
    private static function pauseS(ConnectionFailed | GuichetError $error, int $tries): ?float
    {
        $usual = 0.5 * 2 ** $tries * (0.75 + random_int(0, 500) / 1000);
        if ($error instanceof ConnectionFailed) {
            return $usual;
        }
        $mayPass = $error->status >= 500 || $error->status === 429 || $error->problemCode === 'idempotency_in_progress';
        return $mayPass ? max($usual, (float) ($error->retryAfterS ?? 0)) : null;
    }
}

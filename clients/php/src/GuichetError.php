<?php

declare(strict_types=1);

namespace Guichet;

/** The server refused a call, or could not do it: what was wrong, where, and what to do. */
final class GuichetError extends \RuntimeException
{
    /** The kind of problem in one word, which programs may rely on; `unknown` where something before the server answered. */
    public readonly string $problemCode;
    /** The field that was wrong, as a path such as `items[0].quantity`. */
    public readonly ?string $field;
    /** The call's name in the server's log: tell it whoever runs the server. */
    public readonly ?string $requestId;
    /** After how many seconds it is worth asking again. */
    public readonly ?int $retryAfterS;

    /**
     * @param array<string, mixed> $problem
     * @param array<string, string> $headers
     */
    public function __construct(public readonly int $status, array $problem, array $headers)
    {
        parent::__construct(self::text($problem, 'detail') ?? "The server answered $status.", $status);
        $this->problemCode = self::text($problem, 'code') ?? 'unknown';
        $this->field = self::text($problem, 'field');
        $this->requestId = $headers['request-id'] ?? null;
        $after = $headers['retry-after'] ?? '';
        $this->retryAfterS = ctype_digit($after) ? (int) $after : null;
    }

    /** @param array<string, mixed> $problem */
    private static function text(array $problem, string $name): ?string
    {
        return is_string($problem[$name] ?? null) ? $problem[$name] : null;
    }
}

<?php

declare(strict_types=1);

namespace Guichet;

/** What came back, whatever it says. */
final class Answer
{
    /** @param array<string, string> $headers By their names in small letters. */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
    ) {
    }
}

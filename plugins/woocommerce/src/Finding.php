<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Something that the test of the connection found: a stable code, whether it is well, and what it means. */
final class Finding
{
    private function __construct(
        public readonly string $code,
        public readonly bool $isGood,
        public readonly string $text,
    ) {
    }

    public static function good(string $code, string $text): self
    {
        return new self($code, true, $text);
    }

    public static function bad(string $code, string $text): self
    {
        return new self($code, false, $text);
    }

    /** @return array{code: string, good: bool, text: string} */
    public function row(): array
    {
        return ['code' => $this->code, 'good' => $this->isGood, 'text' => $this->text];
    }
}

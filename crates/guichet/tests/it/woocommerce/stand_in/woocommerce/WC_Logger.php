<?php

declare(strict_types=1);

/** A log of one file, which the test reads. */
final class WC_Logger
{
    public function __call(string $level, array $arguments): void
    {
        [$message, $context] = $arguments;
        file_put_contents(WP_CONTENT_DIR . '/woocommerce.log', "$level {$context['source']}: $message\n", FILE_APPEND | LOCK_EX);
    }
}

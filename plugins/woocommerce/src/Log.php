<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** WooCommerce's log, under the name `guichet`. No message here has a key, a secret, or what a customer typed. */
final class Log
{
    private const SOURCE = ['source' => 'guichet'];

    public static function debug(string $message): void
    {
        wc_get_logger()->debug($message, self::SOURCE);
    }

    public static function info(string $message): void
    {
        wc_get_logger()->info($message, self::SOURCE);
    }

    public static function error(string $message): void
    {
        wc_get_logger()->error($message, self::SOURCE);
    }
}

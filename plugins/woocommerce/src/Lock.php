<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/**
 * Lets one process at a time work on an order: a webhook, the return of the customer and the alarm come at the same moment.
 *
 * It is a row of the options table. The name of an option is unique, so of many that insert it at once, the database lets one.
 * WordPress's own functions for options read caches and write over what is there, so they cannot be used for this.
 */
final class Lock
{
    /** After how many seconds a lock counts as left behind by a process that died. What is done under it takes half of that at most. */
    private const LIFE_S = 90;
    private const PAUSE_MICROS = 50_000;

    private function __construct(private readonly string $name, private string $value)
    {
    }

    /** The lock of an order, waiting for it that long; nothing when somebody else has it still. */
    public static function ofOrder(int $orderId, int $patienceS): ?self
    {
        $lock = new self("guichet_lock_$orderId", self::newValue());
        $until = microtime(true) + $patienceS;
        do {
            if ($lock->insert() || $lock->takeOver()) {
                return $lock;
            }
            usleep(self::PAUSE_MICROS);
        } while (microtime(true) < $until);
        return null;
    }

    /** Whether nobody has taken it over since; if so it is kept for its whole life again. Ask right before something is done for good. */
    public function isStillMine(): bool
    {
        $renewed = self::newValue();
        if (!$this->change($this->value, $renewed)) {
            return false;
        }
        $this->value = $renewed;
        return true;
    }

    /** Removes what processes that died have left. */
    public static function forget(): void
    {
        global $wpdb;
        $wpdb->query("DELETE FROM `$wpdb->options` WHERE option_name LIKE 'guichet\\_lock\\_%'");
    }

    public function release(): void
    {
        global $wpdb;
        $wpdb->delete($wpdb->options, ['option_name' => $this->name, 'option_value' => $this->value]);
    }

    private function insert(): bool
    {
        global $wpdb;
        $statement = "INSERT IGNORE INTO `$wpdb->options` (option_name, option_value, autoload) VALUES (%s, %s, 'no')";
        return (int) $wpdb->query($wpdb->prepare($statement, $this->name, $this->value)) === 1;
    }

    private function takeOver(): bool
    {
        global $wpdb;
        $statement = "SELECT option_value FROM `$wpdb->options` WHERE option_name = %s";
        $found = $wpdb->get_var($wpdb->prepare($statement, $this->name));
        return $found !== null && (int) $found < time() && $this->change($found, $this->value);
    }

    /** Of many that change the same value, the database lets one. */
    private function change(string $from, string $to): bool
    {
        global $wpdb;
        return $wpdb->update($wpdb->options, ['option_value' => $to], ['option_name' => $this->name, 'option_value' => $from]) === 1;
    }

    /** When it ends, in seconds since 1970, and whose it is. */
    private static function newValue(): string
    {
        return (time() + self::LIFE_S) . '.' . bin2hex(random_bytes(8));
    }
}

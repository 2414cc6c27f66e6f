<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/**
 * An order at Guichet that was made for an order of the shop, as the shop's order remembers it. When the total changes another one
 * is made, so an order of the shop may have several; the last one is current.
 */
final class GuichetOrder
{
    /** The field of the shop's order that has all of them, oldest first. */
    private const FIELD = '_guichet_orders';

    /** @param int $expiresAtS When it stops waiting for money, in seconds since 1970; nothing while that is not known. */
    public function __construct(
        public readonly int $number,
        public readonly string $reference,
        public readonly Amount $asked,
        public readonly ?string $id = null,
        public readonly ?int $expiresAtS = null,
    ) {
    }

    /**
     * One that is about to be made. Its reference is the same whenever it is asked for again, so that it is made once; and it is
     * another one in another shop, and in the same shop set up anew, where orders have the same numbers.
     */
    public static function next(\WC_Order $order, Amount $asked, int $number): self
    {
        $mark = substr(hash('sha256', self::site() . '|' . $order->get_order_key()), 0, 12);
        return new self($number, "WC-{$order->get_id()}-$mark-$number", $asked);
    }

    /** Which shop this is. It is the address as it is set, which plugins for several languages change from page to page otherwise. */
    public static function site(): string
    {
        return preg_replace('#^https?://#', '', (string) get_option('home')) ?? '';
    }

    /**
     * The same for everybody who makes this one for the same amount: a double click makes one order.
     */
    public function idempotencyKey(\WC_Order $order): string
    {
        $parts = [self::site(), $order->get_id(), $order->get_order_key(), $this->number, $this->asked->minor, $this->asked->currency];
        return 'wc-' . hash('sha256', implode('|', $parts));
    }

    /**
     * The same, now that Guichet has it.
     *
     * @param array<string, mixed> $there
     */
    public function made(array $there): self
    {
        $expiresAtS = strtotime((string) ($there['expires_at'] ?? ''));
        return new self($this->number, $this->reference, $this->asked, (string) $there['id'], $expiresAtS ?: null);
    }

    /**
     * Whether it is that order at Guichet.
     *
     * @param array<string, mixed> $there
     */
    public function is(array $there): bool
    {
        return ($there['reference'] ?? null) === $this->reference && ($this->id === null || ($there['id'] ?? null) === $this->id);
    }

    /** Writes it into the shop's order, in the stead of the one with its number. Whoever calls this saves the order. */
    public function remember(\WC_Order $order): void
    {
        $isAnother = fn (mixed $row): bool => is_array($row) && $row['number'] !== $this->number;
        $rows = array_filter((array) $order->get_meta(self::FIELD), $isAnother);
        $rows[] = [
            'number' => $this->number,
            'reference' => $this->reference,
            'amount' => $this->asked->minor,
            'currency' => $this->asked->currency,
            'id' => $this->id,
            'expires_at' => $this->expiresAtS,
        ];
        $order->update_meta_data(self::FIELD, array_values($rows));
    }

    /** @return list<self> All of a shop's order, oldest first. */
    public static function all(\WC_Order $order): array
    {
        $rows = array_filter((array) $order->get_meta(self::FIELD), 'is_array');
        $read = static fn (array $row): self => new self(
            (int) $row['number'],
            (string) $row['reference'],
            Amount::ofMinor((int) $row['amount'], (string) $row['currency']),
            isset($row['id']) ? (string) $row['id'] : null,
            isset($row['expires_at']) ? (int) $row['expires_at'] : null,
        );
        return array_values(array_map($read, $rows));
    }

    /** The one that is to be paid, if there is one yet. */
    public static function current(\WC_Order $order): ?self
    {
        $all = self::all($order);
        return end($all) ?: null;
    }
}

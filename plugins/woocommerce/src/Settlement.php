<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/**
 * Asks Guichet, server to server, and enters the answer into the shop's order. The webhook, the return of the customer and the alarm
 * all come here, and none of them is believed: they only say that it is time to ask.
 */
final class Settlement
{
    /** How long to wait for somebody else who works on the order, in seconds. */
    private const PATIENCE_S = 3;

    /** Whether something is being entered, so that what WooCommerce then says of itself is not taken for the shop's wish. */
    private static bool $isEntering = false;

    /**
     * Asks about one order at Guichet.
     *
     * @param string|null $id Which one; the current one when left out.
     * @param bool $withCheck Whether Guichet should ask the gateways now, because the customer waits.
     * @param \Closure(\WC_Order): bool|null $isAllowed Whether whoever asks may.
     * @throws \RuntimeException Guichet did not answer, or refused. Nothing was changed.
     */
    public static function of(int $orderId, ?string $id = null, bool $withCheck = false, ?\Closure $isAllowed = null): Outcome
    {
        $lock = Lock::ofOrder($orderId, self::PATIENCE_S);
        if ($lock === null) {
            return Outcome::Busy;
        }
        try {
            $order = ShopOrders::fresh($orderId);
            if ($order === null || ($isAllowed !== null && !$isAllowed($order))) {
                return Outcome::NotOurs;
            }
            return self::locked($lock, $order, $id, $withCheck);
        } finally {
            $lock->release();
        }
    }

    private static function locked(Lock $lock, \WC_Order $order, ?string $id, bool $withCheck): Outcome
    {
        $wanted = $id === null ? GuichetOrder::current($order) : self::withId($order, $id);
        if ($wanted === null) {
            return Outcome::NotOurs;
        }
        $settings = Settings::read();
        $there = $withCheck ? Server::check($settings, $wanted) : Server::find($settings, $wanted);
        // Asking takes time. Whoever was slower than the life of the lock enters nothing.
        if (!$lock->isStillMine()) {
            return Outcome::Busy;
        }
        $order->update_meta_data(Alarm::ASKED_AT, (string) time());
        if ($there === null || !$wanted->is($there)) {
            $order->save();
            return Outcome::NotOurs;
        }
        return self::enter($order, $wanted, $there);
    }

    /**
     * Enters what Guichet said. The lock of the order must be held.
     *
     * @param array<string, mixed> $there
     */
    public static function enter(\WC_Order $order, GuichetOrder $asked, array $there): Outcome
    {
        $verdict = Verdict::of($there, $asked);
        $before = self::$isEntering;
        self::$isEntering = true;
        try {
            (new Booking($order, $asked, $there))->enter($verdict);
            $order->save();
        } finally {
            self::$isEntering = $before;
        }
        return match ($verdict) {
            Verdict::Paid, Verdict::DoesNotFit, Verdict::Held => Outcome::MoneyCame,
            Verdict::Waiting => Outcome::Waiting,
            Verdict::Expired, Verdict::Cancelled => Outcome::Closed,
        };
    }

    public static function isEntering(): bool
    {
        return self::$isEntering;
    }

    /** The one with that identifier; or the current one, when the answer to its making was lost, which then must have this identifier. */
    private static function withId(\WC_Order $order, string $id): ?GuichetOrder
    {
        foreach (GuichetOrder::all($order) as $known) {
            if ($known->id === $id) {
                return $known;
            }
        }
        $current = GuichetOrder::current($order);
        return $current !== null && $current->id === null ? $current : null;
    }
}

<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/**
 * Asks Guichet about every order that is not decided, for the case that neither its webhook nor its customer came through.
 *
 * It is one event of WP-Cron that comes again and again, and the orders themselves are the list of what is to be done: WordPress may
 * lose an event that is written at the same moment as another one, but no order can be lost from the list of orders.
 */
final class Alarm
{
    public const EVENT = 'guichet_ask_about_orders';
    /** The field of an order that says when Guichet was asked about it last, in seconds since 1970. */
    public const ASKED_AT = '_guichet_asked_at';
    private const INTERVAL = 'guichet_every_five_minutes';

    /** How long after an order was made, or asked about, it is asked about, in seconds: one that waits, and one that is over. */
    private const WAITING_AFTER_S = 600;
    private const CLOSED_AFTER_S = 21_600;
    /** How long one that is over is asked about, in seconds: Guichet watches a day more for money that comes late. */
    private const CLOSED_FOR_S = 259_200;
    /** What one event may take, in seconds; the next one goes on. */
    private const MOST_S = 40;
    private const PAGE = 50;

    public static function listen(): void
    {
        add_filter('cron_schedules', static fn (array $known): array => $known + [
            self::INTERVAL => ['interval' => 300, 'display' => 'Guichet: every five minutes'],
        ]);
        add_action(self::EVENT, [self::class, 'ring']);
        add_action('init', static function (): void {
            if (wp_next_scheduled(self::EVENT) === false) {
                wp_schedule_event(time() + 60, self::INTERVAL, self::EVENT);
            }
        });
    }

    public static function end(): void
    {
        wp_clear_scheduled_hook(self::EVENT);
    }

    public static function ring(): void
    {
        if (!Settings::read()->isComplete()) {
            return;
        }
        $until = time() + self::MOST_S;
        // What waits comes first: somebody may have paid for it.
        self::ask(['status' => ['wc-pending']], (int) apply_filters('guichet_ask_after_s', self::WAITING_AFTER_S), $until);
        $since = time() - Settings::read()->expiresInS - self::CLOSED_FOR_S;
        $closed = ['status' => ['wc-failed', 'wc-cancelled', 'wc-on-hold'], 'date_created' => ">$since"];
        self::ask($closed, self::CLOSED_AFTER_S, $until);
    }

    /**
     * @param array<string, mixed> $which
     * @param int $afterS How long to leave an order alone, in seconds.
     * @param int $until When to stop, in seconds since 1970.
     */
    private static function ask(array $which, int $afterS, int $until): void
    {
        // All of them are listed before one changes, so that none moves to a page that was read.
        $ids = [];
        for ($page = 1; ; $page++) {
            $more = wc_get_orders($which + [
                'payment_method' => Gateway::ID, 'type' => 'shop_order', 'return' => 'ids',
                'limit' => self::PAGE, 'paged' => $page, 'orderby' => 'ID', 'order' => 'DESC',
            ]);
            $ids = [...$ids, ...$more];
            if (count($more) < self::PAGE) {
                break;
            }
        }
        foreach ($ids as $id) {
            if (time() >= $until) {
                Log::info('Not all orders were asked about; the next round goes on.');
                return;
            }
            self::askAbout((int) $id, $afterS);
        }
    }

    private static function askAbout(int $orderId, int $afterS): void
    {
        $order = wc_get_order($orderId);
        if (!$order instanceof \WC_Order || GuichetOrder::current($order) === null) {
            return;
        }
        $last = (int) ($order->get_meta(self::ASKED_AT) ?: $order->get_date_created()?->getTimestamp());
        if (time() - $last < $afterS) {
            return;
        }
        try {
            Settlement::of($orderId);
        } catch (\Throwable $error) {
            Log::error("The alarm of order $orderId: " . Trouble::told($error) . ' It is asked about again.');
        }
    }
}

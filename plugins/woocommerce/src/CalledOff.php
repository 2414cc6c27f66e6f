<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Keeps the shop and Guichet of one mind about orders that nobody is to pay any more. */
final class CalledOff
{
    public static function listen(): void
    {
        add_filter('woocommerce_cancel_unpaid_order', [self::class, 'mayBeCancelled'], 10, 2);
        add_action('woocommerce_order_status_cancelled', [self::class, 'callOff']);
    }

    /**
     * WooCommerce cancels unpaid orders after a while, and sells their goods to others. It waits for as long as the customer may be
     * on the payment page.
     */
    public static function mayBeCancelled(bool $isToBeCancelled, \WC_Order $order): bool
    {
        $current = $order->get_payment_method() === Gateway::ID ? GuichetOrder::current($order) : null;
        return $isToBeCancelled && ($current?->expiresAtS === null || $current->expiresAtS < time());
    }

    /** The shop cancelled an order: nobody should be able to pay for it. Where that fails, money that comes is told of when it comes. */
    public static function callOff(int|string $orderId): void
    {
        $order = wc_get_order($orderId);
        $current = $order instanceof \WC_Order ? GuichetOrder::current($order) : null;
        if (Settlement::isEntering() || $current?->id === null || $order->get_date_paid() !== null) {
            return;
        }
        try {
            Server::client(Settings::read())->orders->cancel($current->id);
        } catch (\Throwable $error) {
            Log::error("Order $orderId was cancelled here and not at Guichet: " . Trouble::told($error));
        }
    }
}

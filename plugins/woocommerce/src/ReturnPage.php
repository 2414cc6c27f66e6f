<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Where the customer arrives after paying, or after giving up. The address says which order they come from, and nothing of how it went. */
final class ReturnPage
{
    public const ROUTE = 'guichet_return';

    public static function address(\WC_Order $order): string
    {
        return add_query_arg(['order' => $order->get_id(), 'key' => $order->get_order_key()], WC()->api_request_url(self::ROUTE));
    }

    /** Asks Guichet, and leads on to the page of WooCommerce that fits. */
    public static function serve(): never
    {
        $orderId = absint(wp_unslash($_GET['order'] ?? 0));
        $key = sanitize_text_field((string) wp_unslash($_GET['key'] ?? ''));
        wp_safe_redirect(self::next($orderId, $key));
        exit;
    }

    private static function next(int $orderId, string $key): string
    {
        $isAllowed = static fn (\WC_Order $order): bool => hash_equals($order->get_order_key(), $key);
        try {
            $outcome = Settlement::of($orderId, null, true, $isAllowed);
        } catch (\Throwable $error) {
            // Nobody knows more than before. The webhook and the alarm ask again; the customer sees the order as it is.
            Log::error("On the return to order $orderId: " . Trouble::told($error));
            $outcome = Outcome::Waiting;
        }
        $order = ShopOrders::fresh($orderId);
        if ($order === null || !$isAllowed($order)) {
            return wc_get_page_permalink('shop');
        }
        if ($outcome === Outcome::Closed && $order->needs_payment()) {
            wc_add_notice(__('This order was not paid in time. You can pay for it now.', 'guichet'), 'notice');
            return $order->get_checkout_payment_url();
        }
        return $order->get_checkout_order_received_url();
    }

    /** On WooCommerce's page of thanks: how the payment stands, as long as it is not there. */
    public static function thanks(int|string $orderId): void
    {
        $order = wc_get_order($orderId);
        if (!$order instanceof \WC_Order || !$order->needs_payment()) {
            return;
        }
        printf(
            '<p class="guichet-waiting">%s <a href="%s">%s</a></p>',
            esc_html__('Your payment is not confirmed yet. As soon as it is, you get an e-mail; you need not pay again.', 'guichet'),
            esc_url($order->get_checkout_payment_url()),
            esc_html__('You have not paid yet? Pay now.', 'guichet'),
        );
    }
}

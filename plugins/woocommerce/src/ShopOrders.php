<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** The orders of the shop, by WooCommerce's own functions, which know where they are stored. */
final class ShopOrders
{
    /**
     * An order as the database has it now. What this process read before it had the order's lock may be old, and WordPress and
     * WooCommerce both keep what they read: posts, rows of the tables of orders, and the object itself.
     */
    public static function fresh(int $orderId): ?\WC_Order
    {
        clean_post_cache($orderId);
        $known = wc_get_order($orderId);
        if (!$known instanceof \WC_Order) {
            return null;
        }
        $store = $known->get_data_store();
        if ($store->has_callable('clear_cached_data')) {
            $store->clear_cached_data([$orderId]);
        }
        $class = $known::class;
        $order = new $class($orderId);
        $order->read_meta_data(true);
        return $order;
    }
}

<?php

/**
 * Plugin Name: Stand-in for WooCommerce
 * Description: The interfaces that a gateway calls, for tests. It sells nothing.
 * Version: 1.0.0
 */

declare(strict_types=1);

foreach (['WC_Data_Store', 'WC_Order_Item', 'WC_Order', 'WC_Settings_API', 'WC_Payment_Gateway', 'WC_Logger', 'WooCommerce', 'blocks'] as $part) {
    require_once __DIR__ . "/$part.php";
}

function WC(): WooCommerce
{
    static $one = new WooCommerce();
    return $one;
}

function wc_create_order(array $fields = []): WC_Order
{
    return WC_Order::create($fields);
}

/** @return WC_Order|false */
function wc_get_order(mixed $id)
{
    try {
        return new WC_Order((int) $id);
    } catch (Exception) {
        return false;
    }
}

/** @return list<int> The identifiers, which is all that is asked for here. */
function wc_get_orders(array $asked): array
{
    return WC_Order::find($asked);
}

function wc_get_logger(): WC_Logger
{
    return new WC_Logger();
}

function wc_get_order_status_name(string $status): string
{
    return ucfirst($status);
}

function wc_get_page_permalink(string $page): string
{
    return home_url("/?page=$page");
}

function wc_add_notice(string $text, string $kind): void
{
    setcookie('notice', "$kind: $text");
}

/** @return WC_Order_Refund|WP_Error */
function wc_create_refund(array $asked)
{
    global $wpdb;
    $wpdb->insert("{$wpdb->prefix}stand_in_refunds", ['order_id' => $asked['order_id'], 'amount' => $asked['amount']]);
    $number = $wpdb->insert_id;
    $gateway = WC()->payment_gateways()->payment_gateways()[wc_get_order($asked['order_id'])->get_payment_method()];
    $done = $gateway->process_refund($asked['order_id'], $asked['amount'], $asked['reason']);
    if (is_wp_error($done)) {
        $wpdb->delete("{$wpdb->prefix}stand_in_refunds", ['id' => $number]);
        return $done;
    }
    return new WC_Order_Refund($number);
}

register_activation_hook(__FILE__, ['WC_Order', 'install']);
add_action('plugins_loaded', static function (): void {
    do_action('before_woocommerce_init');
    do_action('woocommerce_blocks_loaded');
}, 5);
add_action('parse_request', static function (): void {
    $route = sanitize_key($_GET['wc-api'] ?? '');
    if ($route !== '') {
        nocache_headers();
        do_action("woocommerce_api_$route");
        exit('-1');
    }
});

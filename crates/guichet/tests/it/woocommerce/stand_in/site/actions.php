<?php

// The actions of a test: what customers and the shop's people do in WooCommerce's pages, done by `?test_action=WHAT` with JSON as its body.

declare(strict_types=1);

use Automattic\WooCommerce\Blocks\Payments\PaymentMethodRegistry;
use Automattic\WooCommerce\Utilities\FeaturesUtil;
use Guichet\WooCommerce\Amount;
use Guichet\WooCommerce\Gateway;
use Guichet\WooCommerce\Refusal;

add_filter('pre_wp_mail', '__return_true');
add_filter('locale', static fn (string $locale): string => get_option('test_language') ?: $locale);
// The alarm asks about every order, however young.
add_filter('guichet_ask_after_s', '__return_zero');
add_action('woocommerce_payment_complete', static function (int $order): void {
    file_put_contents(WP_CONTENT_DIR . '/completed', "$order\n", FILE_APPEND | LOCK_EX);
});
add_action('wp_loaded', static function (): void {
    $what = $_GET['test_action'] ?? null;
    if ($what !== null) {
        $said = json_decode((string) file_get_contents('php://input'), true) ?? [];
        wp_set_current_user(1);
        header('Content-Type: application/json');
        exit(json_encode(Actions::$what($said), JSON_THROW_ON_ERROR));
    }
});

final class Actions
{
    private static function gateway(): Gateway
    {
        return WC()->payment_gateways()->payment_gateways()['guichet'];
    }

    /** A customer puts things into a cart and goes to the checkout. */
    public static function order(array $said): array
    {
        $order = wc_create_order($said + ['payment_method' => 'guichet']);
        return ['order' => $order->get_id(), 'key' => $order->get_order_key()];
    }

    /** The customer presses the button. */
    public static function pay(array $said): array
    {
        try {
            return self::gateway()->process_payment($said['order']);
        } catch (Refusal $refusal) {
            return ['refusal' => $refusal->getMessage()];
        }
    }

    /** Something of the order changes. */
    public static function change(array $said): array
    {
        $order = wc_get_order($said['order']);
        isset($said['total']) && $order->set_total($said['total']);
        isset($said['status']) && $order->set_status($said['status']);
        $order->save();
        return [];
    }

    /** What the shop's people see of the order. */
    public static function state(array $said): array
    {
        global $wpdb;
        $order = wc_get_order($said['order']);
        $completed = is_file(WP_CONTENT_DIR . '/completed') ? file(WP_CONTENT_DIR . '/completed', FILE_IGNORE_NEW_LINES) : [];
        return [
            'status' => $order->get_status(),
            'transaction' => $order->get_transaction_id(),
            'completed' => count(array_keys($completed, (string) $said['order'], true)),
            'notes' => $wpdb->get_col($wpdb->prepare("SELECT note FROM {$wpdb->prefix}stand_in_notes WHERE order_id = %d ORDER BY id", $said['order'])),
            'refunds' => count($order->get_refunds()),
            'orders' => array_column((array) $order->get_meta('_guichet_orders'), 'id'),
        ];
    }

    /** The shop's people give money back. */
    public static function refund(array $said): array
    {
        $refund = wc_create_refund(['order_id' => $said['order'], 'amount' => $said['amount'], 'reason' => $said['reason'] ?? '']);
        return is_wp_error($refund) ? ['code' => $refund->get_error_code(), 'refusal' => $refund->get_error_message()] : ['refund' => $refund->id];
    }

    /** The owner saves the settings. */
    public static function save(array $said): array
    {
        foreach ($said as $name => $value) {
            $_POST["woocommerce_guichet_$name"] = wp_slash((string) $value);
        }
        self::gateway()->process_admin_options();
        return ['said' => implode("\n", WC_Admin_Settings::$errors)] + self::settings([]);
    }

    /** The owner looks at the settings. */
    public static function settings(array $said): array
    {
        ob_start();
        self::gateway()->admin_options();
        $findings = get_option('guichet_findings');
        return ['page' => ob_get_clean(), 'codes' => array_column($findings['findings'] ?? [], 'code'), 'settings' => self::gateway()->settings];
    }

    public static function language(array $said): array
    {
        update_option('test_language', $said['language']);
        return [];
    }

    /** The event of the alarm is due; the next request to wp-cron.php does it. */
    public static function due(array $said): array
    {
        $event = Guichet\WooCommerce\Alarm::EVENT;
        $interval = wp_get_schedule($event);
        wp_clear_scheduled_hook($event);
        wp_schedule_event(time() - 1, $interval, $event);
        return ['interval' => $interval];
    }

    /** What each decimal is in minor units, or null. */
    public static function amounts(array $said): array
    {
        return array_map(static function (array $asked): ?int {
            try {
                return Amount::ofDecimal(...$asked)->minor;
            } catch (Refusal) {
                return null;
            }
        }, $said);
    }

    public static function exponents(array $said): array
    {
        return array_map(Amount::exponent(...), $said);
    }

    /** What the checkout of blocks knows of it. */
    public static function blocks(array $said): array
    {
        $registry = new PaymentMethodRegistry();
        do_action('woocommerce_blocks_payment_method_type_registration', $registry);
        $one = $registry->all['guichet'];
        $one->initialize();
        $script = $one->get_payment_method_script_handles()[0];
        return [
            'active' => $one->is_active(),
            'script' => wp_scripts()->registered[$script]->src,
            'needs' => wp_scripts()->registered[$script]->deps,
            'data' => $one->get_payment_method_data(),
            'compatible' => FeaturesUtil::$declared,
        ];
    }

    /** The owner removes the plugin. */
    public static function uninstall(array $said): array
    {
        global $wpdb;
        require_once ABSPATH . 'wp-admin/includes/plugin.php';
        deactivate_plugins('guichet/guichet.php');
        define('WP_UNINSTALL_PLUGIN', 'guichet/guichet.php');
        require WP_PLUGIN_DIR . '/guichet/uninstall.php';
        return $wpdb->get_col("SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%guichet%'");
    }
}

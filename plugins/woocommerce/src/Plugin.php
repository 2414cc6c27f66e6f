<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType;
use Automattic\WooCommerce\Blocks\Payments\PaymentMethodRegistry;
use Automattic\WooCommerce\Utilities\FeaturesUtil;

/** Where WordPress and WooCommerce meet the rest of this plugin. */
final class Plugin
{
    public const VERSION = '0.1.0';

    public static function start(string $file): void
    {
        register_deactivation_hook($file, [Alarm::class, 'end']);
        add_action('init', static fn () => load_plugin_textdomain('guichet', false, dirname(plugin_basename($file)) . '/languages'), 0);
        add_action('before_woocommerce_init', static fn () => self::declareCompatible($file));
        add_action('woocommerce_blocks_loaded', static fn () => self::offerInBlocks($file));
        // After every plugin is there, whichever WordPress loads first.
        add_action('plugins_loaded', static fn () => class_exists('WooCommerce') ? self::listen($file) : self::miss());
    }

    /** Says that orders may lie in tables of their own, and that the checkout may be made of blocks. */
    private static function declareCompatible(string $file): void
    {
        if (class_exists(FeaturesUtil::class)) {
            FeaturesUtil::declare_compatibility('custom_order_tables', $file, true);
            FeaturesUtil::declare_compatibility('cart_checkout_blocks', $file, true);
        }
    }

    private static function offerInBlocks(string $file): void
    {
        if (class_exists(AbstractPaymentMethodType::class)) {
            add_action(
                'woocommerce_blocks_payment_method_type_registration',
                static fn (PaymentMethodRegistry $registry) => $registry->register(new BlockCheckout($file)),
            );
        }
    }

    private static function listen(string $file): void
    {
        add_filter('woocommerce_payment_gateways', static fn (array $gateways): array => [...$gateways, Gateway::class]);
        add_action('woocommerce_api_' . WebhookRoute::ROUTE, [WebhookRoute::class, 'serve']);
        add_action('woocommerce_api_' . ReturnPage::ROUTE, [ReturnPage::class, 'serve']);
        add_action('woocommerce_thankyou_' . Gateway::ID, [ReturnPage::class, 'thanks']);
        add_filter('plugin_action_links_' . plugin_basename($file), [self::class, 'linkSettings']);
        CalledOff::listen();
        Alarm::listen();
    }

    private static function miss(): void
    {
        add_action('admin_notices', static function (): void {
            printf('<div class="notice notice-error"><p>%s</p></div>', esc_html__('Guichet for WooCommerce does nothing: WooCommerce is not active.', 'guichet'));
        });
    }

    /**
     * @param array<int|string, string> $links
     * @return array<int|string, string>
     */
    public static function linkSettings(array $links): array
    {
        $address = admin_url('admin.php?page=wc-settings&tab=checkout&section=' . Gateway::ID);
        return [sprintf('<a href="%s">%s</a>', esc_url($address), esc_html__('Settings', 'guichet')), ...$links];
    }
}

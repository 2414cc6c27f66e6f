<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType;

/** The way to pay in the checkout that is made of blocks. */
final class BlockCheckout extends AbstractPaymentMethodType
{
    private const SCRIPT = 'guichet-blocks';

    /** @var string */
    protected $name = Gateway::ID;

    public function __construct(private readonly string $pluginFile)
    {
    }

    public function initialize(): void
    {
        $this->settings = (array) get_option(Settings::OPTION, []);
    }

    public function is_active(): bool
    {
        return ($this->settings['enabled'] ?? 'no') === 'yes' && Settings::read()->isComplete();
    }

    /** @return list<string> */
    public function get_payment_method_script_handles(): array
    {
        $needs = ['wc-blocks-registry', 'wc-settings', 'wp-element', 'wp-html-entities'];
        wp_register_script(self::SCRIPT, plugins_url('assets/blocks.js', $this->pluginFile), $needs, Plugin::VERSION, true);
        return [self::SCRIPT];
    }

    /** @return array<string, mixed> What assets/blocks.js reads as `guichet_data`. */
    public function get_payment_method_data(): array
    {
        return [
            'title' => Settings::read()->title,
            'description' => Gateway::describe(Settings::read()->description),
            'supports' => $this->get_supported_features(),
        ];
    }

    /** @return list<string> */
    public function get_supported_features(): array
    {
        return ['products', 'refunds'];
    }
}

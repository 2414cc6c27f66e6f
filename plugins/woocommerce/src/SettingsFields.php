<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** The fields of the settings page, as WooCommerce wants them. */
final class SettingsFields
{
    /** How long an order waits when nothing else is set: as long as WooCommerce keeps the goods for it. */
    public const EXPIRES_MINUTES = 60;
    /** A month, which is the most that Guichet takes. */
    public const MOST_MINUTES = 43_200;

    /** @return array<string, array<string, mixed>> */
    public static function all(): array
    {
        return [
            'enabled' => [
                'title' => __('Enable/Disable', 'guichet'),
                'type' => 'checkbox',
                'label' => __('Let customers pay through Guichet', 'guichet'),
                'default' => 'no',
            ],
            'title' => [
                'title' => __('Title', 'guichet'),
                'type' => 'text',
                'description' => __('What customers read when they choose how to pay.', 'guichet'),
                'default' => __('Card or mobile money', 'guichet'),
            ],
            'description' => [
                'title' => __('Description', 'guichet'),
                'type' => 'textarea',
                'description' => __('What customers read below the title.', 'guichet'),
                'default' => __('You go to a secure page, choose how to pay, and come back here.', 'guichet'),
            ],
            'url' => [
                'title' => __('Server', 'guichet'),
                'type' => 'text',
                'description' => __('Where your Guichet server is, such as https://pay.shop.example.', 'guichet'),
                'placeholder' => 'https://pay.shop.example',
                'default' => '',
            ],
            'api_key' => [
                'title' => __('API key', 'guichet'),
                'type' => 'guichet_secret',
                'description' => __('A key of this shop, from “guichet key create” or the back office: sk_test_… for test money, sk_live_… for real money. It is never shown again; leave the field empty to keep the key.', 'guichet'),
                'default' => '',
            ],
            'webhook_secret' => [
                'title' => __('Webhook secret', 'guichet'),
                'type' => 'guichet_secret',
                'description' => __('The signing secret (whsec_…) of the endpoint in Guichet that leads to the address below. It is never shown again; leave the field empty to keep it.', 'guichet'),
                'default' => '',
            ],
            'expires_minutes' => [
                'title' => __('Time to pay', 'guichet'),
                'type' => 'number',
                'description' => __('After how many minutes an unpaid order fails.', 'guichet'),
                'custom_attributes' => ['min' => '1', 'max' => (string) self::MOST_MINUTES, 'step' => '1'],
                'default' => (string) self::EXPIRES_MINUTES,
            ],
        ];
    }
}

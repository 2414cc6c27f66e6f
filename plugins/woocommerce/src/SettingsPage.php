<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What stands on the settings page beside the fields: where webhooks go, and what the last test of the connection found. */
final class SettingsPage
{
    private const TEST = 'guichet_test';

    public function show(): void
    {
        if (isset($_GET[self::TEST]) && current_user_can('manage_woocommerce') && check_admin_referer(self::TEST)) {
            ConnectionTest::run();
        }
        printf('<h3>%s</h3><p>%s</p>', esc_html__('Webhooks', 'guichet'), esc_html__('Declare an endpoint in Guichet that leads to this address, with the events order.*:', 'guichet'));
        printf('<p><code id="guichet-webhook-address">%s</code></p>', esc_html(WebhookRoute::address()));
        printf('<h3 id="guichet-connection">%s</h3>', esc_html__('Connection', 'guichet'));
        $this->showLast();
        $address = wp_nonce_url(add_query_arg(self::TEST, '1', admin_url('admin.php?page=wc-settings&tab=checkout&section=' . Gateway::ID)), self::TEST);
        printf('<p><a class="button" href="%s">%s</a></p>', esc_url($address), esc_html__('Test the connection', 'guichet'));
    }

    private function showLast(): void
    {
        $last = ConnectionTest::last();
        if ($last === null) {
            printf('<p>%s</p>', esc_html__('It was not tested yet.', 'guichet'));
            return;
        }
        foreach ($last['findings'] as $finding) {
            $kind = $finding['good'] ? 'notice-success' : 'notice-error';
            printf('<div class="notice inline %s"><p>%s <code>%s</code></p></div>', esc_attr($kind), esc_html($finding['text']), esc_html($finding['code']));
        }
        /* translators: %s: how long ago */
        printf('<p>%s</p>', esc_html(sprintf(__('Tested %s ago.', 'guichet'), human_time_diff($last['at']))));
    }

    /**
     * A field for a secret. What is kept is not in it.
     *
     * @param array<string, mixed> $field
     */
    public static function secretField(string $name, array $field, bool $isKept): string
    {
        return sprintf(
            '<tr valign="top"><th scope="row" class="titledesc"><label for="%1$s">%2$s</label></th><td class="forminp">'
            . '<input class="input-text regular-input" type="password" name="%1$s" id="%1$s" value="" placeholder="%3$s" autocomplete="new-password">'
            . '<p class="description">%4$s</p></td></tr>',
            esc_attr($name),
            esc_html((string) $field['title']),
            esc_attr($isKept ? __('It is kept. Leave this empty to keep it.', 'guichet') : ''),
            esc_html((string) $field['description']),
        );
    }
}

<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** The way to pay, as WooCommerce knows it. */
final class Gateway extends \WC_Payment_Gateway
{
    public const ID = 'guichet';

    public function __construct()
    {
        $this->id = self::ID;
        $this->has_fields = false;
        $this->method_title = 'Guichet';
        $this->method_description = __('Customers pay through your own Guichet server. An order counts as paid when Guichet has seen the money at the gateway.', 'guichet');
        $this->supports = ['products', 'refunds'];
        $this->init_form_fields();
        $this->init_settings();
        $this->title = (string) $this->get_option('title');
        $this->description = self::describe((string) $this->get_option('description'));
        add_action("woocommerce_update_options_payment_gateways_{$this->id}", [$this, 'process_admin_options']);
    }

    /** What customers read below the title. They are told when it is test money. */
    public static function describe(string $description): string
    {
        $test = Settings::read()->isTest() ? __('This is a test: no money moves.', 'guichet') : '';
        return trim("$description $test");
    }

    public function init_form_fields(): void
    {
        $this->form_fields = SettingsFields::all();
    }

    public function is_available(): bool
    {
        return parent::is_available() && Settings::read()->isComplete();
    }

    public function needs_setup(): bool
    {
        return !Settings::read()->isComplete();
    }

    /**
     * @param int|string $order_id
     * @return array{result: string, redirect: string}
     * @throws Refusal What stands in it is shown to the customer, by both forms of the checkout.
     */
    public function process_payment($order_id): array
    {
        $order = wc_get_order($order_id);
        $received = $order instanceof \WC_Order ? $this->get_return_url($order) : '';
        return ['result' => 'success', 'redirect' => (new Opening($received))->addressFor((int) $order_id)];
    }

    /**
     * @param int|string $order_id
     * @param string|int|float|null $amount
     * @param string $reason
     * @return true|\WP_Error
     */
    public function process_refund($order_id, $amount = null, $reason = ''): bool|\WP_Error
    {
        return Refunds::record((int) $order_id, $amount, (string) $reason);
    }

    /** @param \WC_Order $order */
    public function can_refund_order($order): bool
    {
        return parent::can_refund_order($order) && str_starts_with((string) $order->get_transaction_id(), 'ord_');
    }

    public function process_admin_options(): bool
    {
        $isSaved = parent::process_admin_options();
        // They are shown on the page, which WordPress has not begun yet.
        array_map([\WC_Admin_Settings::class, 'add_error'], $this->get_errors());
        ConnectionTest::run();
        return $isSaved;
    }

    public function admin_options(): void
    {
        parent::admin_options();
        (new SettingsPage())->show();
    }

    /** @param string $key */
    public function generate_guichet_secret_html($key, $field): string
    {
        $kept = $key === 'api_key' ? Settings::read()->apiKey : Settings::read()->webhookSecret;
        return SettingsPage::secretField($this->get_field_key($key), $field, $kept !== '');
    }

    /** @throws \Exception It is no address. WooCommerce shows the message, and keeps what was there. */
    public function validate_url_field($key, $value): string
    {
        $url = rtrim(trim((string) $value), '/');
        if ($url !== '' && (wp_parse_url($url, PHP_URL_HOST) === null || preg_match('#^https?://#', $url) !== 1)) {
            throw new \Exception(__('Server: this is no address (url_invalid). Write it with its scheme, such as https://pay.shop.example.', 'guichet'));
        }
        return esc_url_raw($url);
    }

    public function validate_api_key_field($key, $value): string
    {
        $complaint = __('API key: this is no key of a shop (key_malformed). It begins with sk_test_, sk_live_, rk_test_ or rk_live_.', 'guichet');
        return $this->keepSecret('api_key', (string) $value, '/^[sr]k_(test|live)_[!-~]+$/D', $complaint);
    }

    public function validate_webhook_secret_field($key, $value): string
    {
        $complaint = __('Webhook secret: this is no signing secret (secret_malformed). It begins with whsec_.', 'guichet');
        return $this->keepSecret('webhook_secret', (string) $value, '#^whsec_[A-Za-z0-9+/]+=*$#D', $complaint);
    }

    public function validate_expires_minutes_field($key, $value): string
    {
        $minutes = (int) $value;
        if ($minutes < 1 || $minutes > SettingsFields::MOST_MINUTES) {
            /* translators: %d: a number */
            throw new \Exception(sprintf(__('Time to pay: write a number of minutes from 1 to %d (expiry_out_of_range).', 'guichet'), SettingsFields::MOST_MINUTES));
        }
        return (string) $minutes;
    }

    /** Nothing of it stays in the settings that WooCommerce shows: they have an empty text. */
    private function keepSecret(string $name, #[\SensitiveParameter] string $typed, string $form, string $complaint): string
    {
        $value = trim(wp_unslash($typed));
        if ($value !== '' && preg_match($form, $value) !== 1) {
            throw new \Exception($complaint);
        }
        if ($value !== '') {
            Settings::keepSecret($name, $value);
        }
        return '';
    }
}

<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What is asked of Guichet for an order of the shop. */
final class OrderRequest
{
    /** The languages of Guichet's pages. */
    private const LANGUAGES = ['fr', 'ar', 'en'];

    public function __construct(
        private readonly \WC_Order $order,
        private readonly GuichetOrder $wanted,
        private readonly Settings $settings,
    ) {
    }

    /** @return array<string, mixed> */
    public function whole(): array
    {
        return $this->withoutPayer() + ['payer' => $this->payer()];
    }

    /** @return array<string, mixed> */
    public function withoutPayer(): array
    {
        $items = (new OrderLines($this->order))->thatAddUpTo($this->wanted->asked);
        $language = substr(determine_locale(), 0, 2);
        return [
            'reference' => $this->wanted->reference,
            'amount' => $this->wanted->asked->minor,
            'currency' => $this->wanted->asked->currency,
            /* translators: %s: the number of an order */
            'title' => mb_substr(sprintf(__('Order %s', 'guichet'), $this->order->get_order_number()), 0, 200),
            'expires_in' => $this->settings->expiresInS,
            'return_url' => ReturnPage::address($this->order),
            'metadata' => ['woocommerce_site' => GuichetOrder::site(), 'woocommerce_order' => $this->order->get_id()],
        ] + ($items === [] ? [] : ['items' => $items])
            + (in_array($language, self::LANGUAGES, true) ? ['language' => $language] : []);
    }

    /** @return array<string, string> What the customer gave of it, cut to what Guichet takes. */
    private function payer(): array
    {
        $given = [
            'given_name' => [$this->order->get_billing_first_name(), 100],
            'family_name' => [$this->order->get_billing_last_name(), 100],
            'email' => [$this->order->get_billing_email(), 254],
            'phone' => [$this->phone(), 20],
            'address' => [$this->order->get_billing_address_1(), 200],
            'city' => [$this->order->get_billing_city(), 100],
            'state' => [$this->order->get_billing_state(), 100],
            'zip_code' => [$this->order->get_billing_postcode(), 20],
            'country' => [$this->order->get_billing_country(), 2],
        ];
        $cut = array_map(static fn (array $field): string => mb_substr(trim((string) $field[0]), 0, $field[1]), $given);
        return array_filter($cut, static fn (string $text): bool => $text !== '');
    }

    /**
     * The telephone number, where it is written with the code of its country; Guichet's API takes no other. What a number without
     * one means differs by country, and the payment page asks for it where a gateway needs it.
     */
    private function phone(): string
    {
        $digits = preg_replace('/[\s.()\-\/]/u', '', (string) $this->order->get_billing_phone()) ?? '';
        $number = preg_replace('/^00/', '+', $digits) ?? '';
        return preg_match('/^\+[1-9][0-9]{6,14}$/D', $number) === 1 ? $number : '';
    }
}

<?php

declare(strict_types=1);

/** The ways to pay that plugins have added. */
final class StandInGateways
{
    /** @var array<string, WC_Payment_Gateway>|null */
    private ?array $all = null;

    /** @return array<string, WC_Payment_Gateway> */
    public function payment_gateways(): array
    {
        $made = array_map(static fn (string $class): WC_Payment_Gateway => new $class(), apply_filters('woocommerce_payment_gateways', []));
        return $this->all ??= array_column($made, null, 'id');
    }
}

/** The whole of it. */
final class WooCommerce
{
    private ?StandInGateways $gateways = null;

    public function api_request_url(string $route): string
    {
        return home_url("/?wc-api=$route");
    }

    public function payment_gateways(): StandInGateways
    {
        return $this->gateways ??= new StandInGateways();
    }
}

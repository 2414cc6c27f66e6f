<?php

declare(strict_types=1);

/** A way to pay. */
abstract class WC_Payment_Gateway extends WC_Settings_API
{
    public $title = '';
    public $description = '';
    public $method_title = '';
    public $method_description = '';
    public $has_fields = false;
    public $supports = ['products'];

    public function supports(string $feature): bool
    {
        return in_array($feature, $this->supports, true);
    }

    public function is_available()
    {
        return $this->get_option('enabled') === 'yes';
    }

    public function can_refund_order($order)
    {
        return $order instanceof WC_Order && $this->supports('refunds');
    }

    public function get_return_url($order = null)
    {
        return $order->get_checkout_order_received_url();
    }
}

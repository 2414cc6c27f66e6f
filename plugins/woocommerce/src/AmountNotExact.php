<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** A total that the currency cannot count, such as half a CFA franc. Nothing is opened for it. */
final class AmountNotExact extends Refusal
{
    public function __construct(string $decimal, string $currency)
    {
        parent::__construct(sprintf(
            /* translators: 1: an amount, 2: a currency, 3: a number of digits */
            __('The total %1$s cannot be paid: %2$s has %3$d digits behind the point. The shop can set that number under WooCommerce, Settings, General.', 'guichet'),
            $decimal,
            $currency,
            Amount::exponent($currency),
        ));
    }
}

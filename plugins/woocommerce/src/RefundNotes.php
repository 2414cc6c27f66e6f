<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Tells the shop's people of refunds that somebody recorded at Guichet, and not here. */
final class RefundNotes
{
    /** @param array<string, mixed> $there What Guichet says of an order. */
    public function __construct(private readonly \WC_Order $order, private readonly array $there)
    {
    }

    /** A refund that was recorded from here needs no note. Whoever calls this saves the order. */
    public static function isOurs(\WC_Order $order, string $refundId): void
    {
        Told::add($order, "refund:$refundId");
    }

    public function write(): void
    {
        foreach ($this->there['refunds'] ?? [] as $refund) {
            $amount = "{$refund['amount']['decimal']} {$refund['amount']['currency']}";
            Told::note($this->order, "refund:{$refund['id']}", sprintf(
                /* translators: 1: an amount, 2: an identifier */
                __('A refund of %1$s was recorded at Guichet (%2$s). Enter it here as a manual refund.', 'guichet'),
                $amount,
                $refund['id'],
            ));
            if (($refund['withdrawn_at'] ?? null) !== null) {
                Told::note($this->order, "withdrawn:{$refund['id']}", sprintf(
                    /* translators: 1: an amount, 2: an identifier */
                    __('The refund of %1$s was withdrawn at Guichet (%2$s): no money went back. See whether the refund here is right.', 'guichet'),
                    $amount,
                    $refund['id'],
                ));
            }
        }
    }
}

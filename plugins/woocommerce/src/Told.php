<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What a shop's order was told already, so that what comes twice is written down once. */
final class Told
{
    private const FIELD = '_guichet_told';

    /** Whether this is known. */
    public static function knows(\WC_Order $order, string $what): bool
    {
        return in_array($what, (array) $order->get_meta(self::FIELD), true);
    }

    /** Remembers it. Whoever calls this saves the order. */
    public static function add(\WC_Order $order, string $what): void
    {
        // An order that was told nothing yet has an empty text here.
        $known = array_filter((array) $order->get_meta(self::FIELD));
        $order->update_meta_data(self::FIELD, array_values(array_unique([...$known, $what])));
    }

    /** Writes a note for the shop's people, unless it was written before. */
    public static function note(\WC_Order $order, string $what, string $note): void
    {
        if (!self::knows($order, $what)) {
            self::add($order, $what);
            $order->add_order_note($note);
            $order->save();
        }
    }
}

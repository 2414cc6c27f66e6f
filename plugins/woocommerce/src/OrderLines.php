<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** The lines of an order for the payment page: goods, fees and shipping, each with its tax. */
final class OrderLines
{
    /** The most that Guichet takes. */
    private const MOST_LINES = 100;

    public function __construct(private readonly \WC_Order $order)
    {
    }

    /**
     * The lines, if they add up to that amount. WooCommerce may compute taxes to more digits than the currency has, and round the sum
     * alone; then there are lines that no amount can say, and the page shows the sum alone.
     *
     * @return list<array{name: string, quantity: int, unit_amount: int}>
     */
    public function thatAddUpTo(Amount $sum): array
    {
        $lines = [];
        foreach ($this->order->get_items(['line_item', 'fee', 'shipping']) as $item) {
            $minor = $this->minor($item, $sum->currency);
            if ($minor === null) {
                return [];
            }
            $lines[] = ['name' => $this->name($item), 'quantity' => 1, 'unit_amount' => $minor];
        }
        $isWhole = $lines !== [] && count($lines) <= self::MOST_LINES && array_sum(array_column($lines, 'unit_amount')) === $sum->minor;
        return $isWhole ? $lines : [];
    }

    /** What a line costs with its tax, in minor units. */
    private function minor(\WC_Order_Item $item, string $currency): ?int
    {
        try {
            return Amount::ofDecimal($item->get_total(), $currency)->minor + Amount::ofDecimal($item->get_total_tax(), $currency)->minor;
        } catch (AmountNotExact) {
            return null;
        }
    }

    /** A price may not divide by how many there are, so how many stands in the name. */
    private function name(\WC_Order_Item $item): string
    {
        $plain = preg_replace('/[\p{C}\s]+/u', ' ', html_entity_decode(wp_strip_all_tags($item->get_name()), ENT_QUOTES)) ?? '';
        $quantity = $item->get_quantity();
        $name = trim($plain) === '' ? '–' : mb_substr(trim($plain), 0, 180);
        return $quantity > 1 ? "$name × $quantity" : $name;
    }
}

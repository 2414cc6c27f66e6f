<?php

declare(strict_types=1);

/** A line of an order. */
class WC_Order_Item
{
    public function __construct(private readonly array $line)
    {
    }

    public function get_name(): string
    {
        return $this->line['name'];
    }

    public function get_quantity(): int
    {
        return $this->line['quantity'];
    }

    public function get_total(): string
    {
        return $this->line['total'];
    }

    public function get_total_tax(): string
    {
        return $this->line['tax'] ?? '0';
    }
}

/** A line with goods. */
final class WC_Order_Item_Product extends WC_Order_Item
{
    public function get_product(): WC_Product
    {
        return new WC_Product();
    }
}

/** Goods, of which there are always enough. */
final class WC_Product
{
    public function managing_stock(): bool
    {
        return false;
    }
}

<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Money, counted in whole minor units of its currency: centimes of a dinar, whole CFA francs. It never passes through a float. */
final class Amount
{
    /** How many digits a currency has behind the point, by ISO 4217, where that is not two. */
    private const EXPONENTS = [
        'BIF' => 0, 'CLP' => 0, 'DJF' => 0, 'GNF' => 0, 'ISK' => 0, 'JPY' => 0, 'KMF' => 0, 'KRW' => 0, 'PYG' => 0,
        'RWF' => 0, 'UGX' => 0, 'UYI' => 0, 'VND' => 0, 'VUV' => 0, 'XAF' => 0, 'XOF' => 0, 'XPF' => 0,
        'BHD' => 3, 'IQD' => 3, 'JOD' => 3, 'KWD' => 3, 'LYD' => 3, 'OMR' => 3, 'TND' => 3,
        'CLF' => 4, 'UYW' => 4,
    ];

    /** The most digits before the point: more would not fit beside the digits behind it into an integer of 64 bits. */
    private const MOST_DIGITS = 14;

    /** @param int $minor In minor units. */
    private function __construct(public readonly int $minor, public readonly string $currency)
    {
    }

    /**
     * A decimal as WooCommerce has it, such as `2500.00`: exactly, or not at all.
     *
     * A float is taken because filters of other plugins make totals of them. It is read as the shortest text that stands for it,
     * and what that text says is not rounded.
     *
     * @throws AmountNotExact It has more digits behind the point than the currency, or is no such number.
     */
    public static function ofDecimal(string|int|float $decimal, string $currency): self
    {
        $text = (string) $decimal;
        if (preg_match('/^(-?)([0-9]+)(?:\.([0-9]*))?$/D', $text, $parts) !== 1) {
            throw new AmountNotExact($text, $currency);
        }
        $exponent = self::exponent($currency);
        $whole = ltrim($parts[2], '0');
        $fraction = rtrim($parts[3] ?? '', '0');
        if (strlen($fraction) > $exponent || strlen($whole) > self::MOST_DIGITS) {
            throw new AmountNotExact($text, $currency);
        }
        return new self((int) ($parts[1] . $whole . str_pad($fraction, $exponent, '0')), $currency);
    }

    /** @param int $minor In minor units. */
    public static function ofMinor(int $minor, string $currency): self
    {
        return new self($minor, $currency);
    }

    public function equals(self $other): bool
    {
        return $this->minor === $other->minor && $this->currency === $other->currency;
    }

    /** As people write it, with its currency: `2500.00 DZD`. */
    public function text(): string
    {
        $exponent = self::exponent($this->currency);
        $digits = str_pad((string) abs($this->minor), $exponent + 1, '0', STR_PAD_LEFT);
        $decimal = $exponent === 0 ? $digits : substr($digits, 0, -$exponent) . '.' . substr($digits, -$exponent);
        return ($this->minor < 0 ? '-' : '') . "$decimal $this->currency";
    }

    /** How many digits the currency has behind the point. */
    public static function exponent(string $currency): int
    {
        return self::EXPONENTS[$currency] ?? 2;
    }
}

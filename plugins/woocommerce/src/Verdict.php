<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What an order at Guichet means for the shop's order that it was made for. What is not known means nothing. */
enum Verdict
{
    /** A check at the gateway saw the money, and all of it fits. */
    case Paid;
    /** It is paid, and it is not what was asked for. */
    case DoesNotFit;
    /** Money came that does not fit, and waits for a decision at Guichet. */
    case Held;
    /** It waits for money, or nobody knows yet. */
    case Waiting;
    /** It expired unpaid. */
    case Expired;
    /** It was called off. */
    case Cancelled;

    /** The states in which a payment may yet turn out to be paid, although nobody can begin it any more. */
    private const UNDECIDED = ['opening', 'processing', 'unknown'];

    /** @param array<string, mixed> $there */
    public static function of(array $there, GuichetOrder $asked): self
    {
        if (in_array($there['status'] ?? null, ['paid', 'fulfilled'], true)) {
            $isAsked = $asked->is($there) && ($there['amount'] ?? null) === $asked->asked->minor
                && ($there['currency'] ?? null) === $asked->asked->currency;
            return $isAsked ? self::Paid : self::DoesNotFit;
        }
        if (($there['needs_you'] ?? false) === true) {
            return self::Held;
        }
        // An order that is over may still be paid by a payment that nobody has decided.
        return match (self::isUndecided($there) ? 'pending' : $there['status'] ?? null) {
            'expired' => self::Expired,
            'cancelled' => self::Cancelled,
            default => self::Waiting,
        };
    }

    /**
     * Whether a payment of it has begun and is not decided.
     *
     * @param array<string, mixed> $there
     */
    public static function isUndecided(array $there): bool
    {
        return array_intersect(self::UNDECIDED, array_column($there['payments'] ?? [], 'status')) !== [];
    }

    /**
     * Whether it would make sense to ask the gateways.
     *
     * @param array<string, mixed> $there
     */
    public static function mayStillBePaid(array $there): bool
    {
        return !in_array($there['status'] ?? null, ['paid', 'fulfilled'], true) && ($there['payments'] ?? []) !== [];
    }
}

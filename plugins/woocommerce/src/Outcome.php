<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What came of asking Guichet about an order. */
enum Outcome
{
    /** Money came: the order is paid, or waits for a person. */
    case MoneyCame;
    /** Nobody knows yet. */
    case Waiting;
    /** It is over, unpaid. */
    case Closed;
    /** No order of this shop was made there. */
    case NotOurs;
    /** Somebody else works on the order just now. */
    case Busy;
}

<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** Why nothing can be paid now, as a sentence for the customer. WooCommerce shows the message of what its checkout throws. */
class Refusal extends \Exception
{
}

<?php

declare(strict_types=1);

namespace Guichet;

/** No answer came. What was asked for may have been done: the same call with the same idempotency key is safe. */
final class ConnectionFailed extends \RuntimeException
{
}

<?php

declare(strict_types=1);

namespace Guichet;

/** A webhook is not the server's, too old, or no event: answer it with 401 and do nothing. */
final class WebhookInvalid extends \RuntimeException
{
}
